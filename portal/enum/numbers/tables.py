"""The list of numbers."""

from __future__ import annotations

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.markup import markup, page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link, muted
from portal.enum.fields import written
from portal.ngnpro.records import EnumNumber


class NumberTable(Table[EnumNumber]):
    caption = gettext_lazy("Numbers")
    columns = (
        Column("number", gettext_lazy("Number"), sort="number"),
        Column("mappings", gettext_lazy("Points to"), css="keep"),
        Column("info", gettext_lazy("For"), css="opt card-skip"),
        Column("owner", gettext_lazy("Owner"), css="opt-md card-skip"),
        Column("change_date", gettext_lazy("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_number(self, record: EnumNumber) -> SafeString:
        url = page_url("enum:numbers:detail", record.id.number, record.id.tld)
        return markup(
            '{}<span class="sub">{}</span>', link(url, written(record.id.number), css="addr tel"), record.id.tld
        )

    def cell_mappings(self, record: EnumNumber) -> SafeString:
        if not record.mappings:
            return muted(_("No target"))
        ordered = sorted(record.mappings, key=lambda mapping: mapping.priority)
        lines = format_html_join("", '<span class="d-block">{}</span>', ((mapping.mapto,) for mapping in ordered[:3]))
        if len(ordered) > 3:
            return markup('<span>{}<span class="sub">{}</span></span>', lines, _("and %s more") % (len(ordered) - 3))
        return markup("<span>{}</span>", lines)

    def cell_owner(self, record: EnumNumber) -> str | SafeString:
        return self.names.show(record.owner)

    def cell_change_date(self, record: EnumNumber) -> str | SafeString:
        return self.when(record.change_date)
