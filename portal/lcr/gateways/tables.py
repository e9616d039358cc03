"""The list of gateways."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from portal.core.markup import markup, page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link
from portal.ngnpro.records import Gateway


class GatewayTable(Table[Gateway]):
    caption = gettext_lazy("Gateways")
    columns = (
        Column("name", gettext_lazy("Gateway"), sort="name"),
        Column("carrier", gettext_lazy("Carrier"), sort="carrier_id", css="keep"),
        Column("ip", gettext_lazy("Host"), sort="ip", css="keep"),
        Column("reseller", gettext_lazy("Reseller"), css="opt-md card-skip"),
        Column("change_date", gettext_lazy("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_name(self, record: Gateway) -> SafeString:
        url = page_url("lcr:gateways:detail", record.id)
        return markup('{}<span class="sub">{}</span>', link(url, record.name), record.id)

    def cell_carrier(self, record: Gateway) -> SafeString:
        url = page_url("lcr:carriers:detail", record.carrier_id)
        return markup('{}<span class="sub">{}</span>', link(url, record.carrier), record.carrier_id)

    def cell_ip(self, record: Gateway) -> SafeString:
        words = '<code>{}</code><span class="sub">{} {}</span>'
        return markup(words, record.ip, record.transport.upper(), record.port)

    def cell_reseller(self, record: Gateway) -> str | SafeString:
        return self.names.show(record.reseller)

    def cell_change_date(self, record: Gateway) -> str | SafeString:
        return self.when(record.change_date)
