"""The list of routes."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.markup import markup, page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link, muted
from portal.ngnpro.records import Route


class RouteTable(Table[Route]):
    caption = gettext_lazy("Routes")
    default_sort = "prefix"
    columns = (
        Column("prefix", gettext_lazy("Prefix"), sort="prefix"),
        Column("originator", gettext_lazy("Only for calls from"), css="opt-md"),
        Column("carrier", gettext_lazy("Carrier"), css="keep"),
        Column("priority", gettext_lazy("Priority"), sort="priority", css="num keep"),
        Column("reseller", gettext_lazy("Reseller"), css="opt-md card-skip"),
        Column("change_date", gettext_lazy("Changed"), css="num muted card-skip"),
    )

    def cell_prefix(self, record: Route) -> SafeString:
        url = page_url("lcr:routes:edit", record.id)
        name = link(url, record.prefix or _("All numbers"), css="tel")
        return markup('{}<span class="sub">{}</span>', name, record.id)

    def cell_originator(self, record: Route) -> str | SafeString:
        return record.originator or muted(_("All callers"))

    def cell_carrier(self, record: Route) -> SafeString:
        url = page_url("lcr:carriers:detail", record.carrier_id)
        return markup('{}<span class="sub">{}</span>', link(url, record.carrier), record.carrier_id)

    def cell_reseller(self, record: Route) -> str | SafeString:
        return self.names.show(record.reseller)

    def cell_change_date(self, record: Route) -> str | SafeString:
        return self.when(record.change_date)
