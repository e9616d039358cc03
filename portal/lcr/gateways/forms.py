"""The forms and the list of gateways."""

from __future__ import annotations

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.watch import UNKNOWN
from portal.core.fields import CustomerField
from portal.core.forms import RecordForm
from portal.core.markup import markup, page_url
from portal.core.search_text import filter_pattern
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link
from portal.lcr.fields import TRANSPORTS, CarrierField, HostField, RoutingFilterForm
from portal.lcr.health import LAMPS
from portal.ngnpro.records import Gateway, GatewayFilter


class GatewayForm(RecordForm[Gateway]):
    """A gateway."""

    room = "lcr:gateways"
    record_class = Gateway
    sections = (
        (_("Gateway"), ("name", "carrier_id")),
        (_("Where calls are sent"), ("ip", "port", "transport")),
    )
    fault_fields = {FaultCode.GATEWAY_EXISTS: "name", FaultCode.CARRIER_MISSING: "carrier_id"}

    name = forms.CharField(label=_("Name"), max_length=64, help_text=_("Up to 64 characters."))
    carrier_id = CarrierField(required=True, help_text=_("The carrier that the gateway belongs to."))
    ip = HostField(label=_("Host"), help_text=_("IPv4 or IPv6 address, or a host name."))
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=5060, help_text=_("1 to 65535."))
    transport = forms.ChoiceField(label=_("Transport"), choices=TRANSPORTS, initial="udp")


class GatewayFilterForm(RoutingFilterForm):
    name = forms.CharField(label=_("Name"), required=False, max_length=64)
    carrier = CarrierField()
    reseller = CustomerField(label=_("Reseller"))

    def to_filter(self) -> GatewayFilter:
        values = self.cleaned_data
        return GatewayFilter(
            name=filter_pattern(values["name"]), carrier_id=values["carrier"], reseller=values["reseller"]
        )


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
        words = '<code>{}</code><span class="sub">{} {}</span>{}'
        return markup(words, record.ip, record.transport.upper(), record.port, self.state_of(record))

    def state_of(self, record: Gateway) -> str | SafeString:
        """Return whether the gateway answers, and with which status; nothing if the server does not watch it."""
        if self.beside is None:
            return ""
        state = self.beside.get(record.id)
        lamp, words = LAMPS.get(state.state if state else UNKNOWN, LAMPS[UNKNOWN])
        code = f" ({state.code})" if state and state.code else ""
        return markup('<span class="sub"><span class="lamp lamp-{}">{}{}</span></span>', lamp, words, code)

    def cell_reseller(self, record: Gateway) -> str | SafeString:
        return self.names.show(record.reseller)

    def cell_change_date(self, record: Gateway) -> str | SafeString:
        return self.when(record.change_date)
