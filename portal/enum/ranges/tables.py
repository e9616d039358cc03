"""The list of number ranges."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.markup import markup, page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link
from portal.enum.fields import written
from portal.ngnpro.records import EnumRange


class RangeTable(Table[EnumRange]):
    caption = gettext_lazy("Number ranges")
    columns = (
        Column("prefix", gettext_lazy("Range"), sort="prefix"),
        Column("info", gettext_lazy("For"), css="opt-md keep"),
        Column("used", gettext_lazy("Used"), css="keep"),
        Column("customer", gettext_lazy("Owner"), css="opt-md card-skip"),
        Column("change_date", gettext_lazy("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_prefix(self, record: EnumRange) -> SafeString:
        url = page_url("enum:ranges:detail", record.id.prefix, record.id.tld)
        return markup(
            '{}<span class="sub">{}</span>', link(url, written(record.id.prefix), css="addr tel"), record.id.tld
        )

    def cell_used(self, record: EnumRange) -> str | SafeString:
        if not record.size:
            return str(record.used)
        words = _("%(used)s of %(size)s") % {"used": record.used, "size": record.size}
        bar = '<span>{}<progress class="usage" value="{}" max="{}" aria-label="{}"></progress></span>'
        return markup(bar, words, record.used, record.size, _("Used"))

    def cell_customer(self, record: EnumRange) -> str | SafeString:
        return self.names.show(record.customer)

    def cell_change_date(self, record: EnumRange) -> str | SafeString:
        return self.when(record.change_date)
