"""The list of gateways."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link, when
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
        url = reverse("lcr:gateways:detail", args=[record.id])
        return format_html('{}<span class="sub">{}</span>', link(url, record.name), record.id)

    def cell_carrier(self, record: Gateway) -> SafeString:
        url = reverse("lcr:carriers:detail", args=[record.carrier_id])
        return format_html('{}<span class="sub">{}</span>', link(url, record.carrier), record.carrier_id)

    def cell_ip(self, record: Gateway) -> SafeString:
        words = '<code>{}</code><span class="sub">{} {}</span>'
        return format_html(words, record.ip, record.transport.upper(), record.port)

    def cell_reseller(self, record: Gateway) -> str | SafeString:
        return self.names.show(record.reseller)

    def cell_change_date(self, record: Gateway) -> str | SafeString:
        return when(record.change_date)
