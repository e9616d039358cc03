"""The forms and the list of routes, and the form that adds one with the carrier, gateway and rule that it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column as LayoutColumn
from crispy_forms.layout import Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.core.error_pages import explain_error
from portal.core.fields import CustomerField
from portal.core.forms import RecordForm
from portal.core.layouts import FieldSection
from portal.core.markup import markup, page_url
from portal.core.search_text import filter_pattern
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link, muted
from portal.lcr.fields import (
    MOST_PRIORITY,
    TRANSPORTS,
    CarrierField,
    GatewayField,
    HostField,
    LengthField,
    PrefixField,
    PrependField,
    RoutingFilterForm,
    StripField,
    check_lengths,
    normalise_number,
    remove_separators,
)
from portal.lcr.plan import WantedRoute
from portal.ngnpro import errors
from portal.ngnpro.records import Carrier, Gateway, GatewayRule, Route, RouteFilter


class RouteForm(RecordForm[Route]):
    """A route."""

    room = "lcr:routes"
    record_class = Route
    sections = (
        (_("For which calls"), ("prefix", "originator")),
        (_("Who takes them"), ("carrier_id", "priority")),
    )
    fault_fields = {FaultCode.CARRIER_MISSING: "carrier_id"}

    prefix = PrefixField()  # type: ignore[assignment]
    originator = forms.CharField(
        label=_("Only for calls from"),
        required=False,
        max_length=255,
        help_text=_("A SIP address, a domain, or the originator of a trusted peer; empty for all callers."),
    )
    carrier_id = CarrierField(required=True)
    priority = forms.IntegerField(
        label=_("Priority"),
        initial=1,
        min_value=0,
        max_value=MOST_PRIORITY,
        help_text=_("Among routes with the same prefix the lowest is tried first."),
    )


class RouteFilterForm(RoutingFilterForm):
    prefix = forms.CharField(  # type: ignore[assignment]
        label=_("Prefix"), required=False, max_length=40
    )
    carrier = CarrierField()
    reseller = CustomerField(label=_("Reseller"))

    def to_filter(self) -> RouteFilter:
        values = self.cleaned_data
        return RouteFilter(
            prefix=filter_pattern(remove_separators(values["prefix"])),
            carrier_id=values["carrier"],
            reseller=values["reseller"],
        )


RULE_FIELDS = ("strip", "prepend", "min_length", "max_length", "rule_prefix")


def rows_of_two(names: Sequence[str]) -> Iterator[Row]:
    """Yield fields in pairs, which are below each other on a phone."""
    for start in range(0, len(names), 2):
        yield Row(*(LayoutColumn(name, css_class="col-md-6") for name in names[start : start + 2]))


class GuidedForm(RouteForm):
    """A new outbound route and what it needs: the carrier and the gateway are chosen, or described and added."""

    sections = (  # type: ignore[assignment]
        (_("1. Who takes the calls"), ("carrier", "carrier_name", "reseller")),
        (_("2. Where they are sent"), ("gateway", "gateway_name", "ip", "port", "transport")),
        (_("3. How the number is rewritten (optional)"), RULE_FIELDS),
        (_("4. For which calls"), ("prefix", "originator", "priority")),
        (_("Try a number before anything is added"), ("number", "caller")),
    )
    # The form field of each member of a record, for refusals.
    places: ClassVar[Mapping[type[Any], Mapping[str, str]]] = {
        Carrier: {"name": "carrier_name", "reseller": "reseller"},
        Gateway: {
            "name": "gateway_name",
            "carrier_id": "carrier",
            "ip": "ip",
            "port": "port",
            "transport": "transport",
        },
        GatewayRule: {
            "gateway_id": "gateway",
            "prefix": "rule_prefix",
            "strip": "strip",
            "prepend": "prepend",
            "minLength": "min_length",
            "maxLength": "max_length",
        },
        Route: {"prefix": "prefix", "originator": "originator", "carrier_id": "carrier", "priority": "priority"},
    }
    fault_fields = {
        FaultCode.CARRIER_EXISTS: "carrier_name",
        FaultCode.CARRIER_MISSING: "carrier",
        FaultCode.CUSTOMER_MISSING: "reseller",
        FaultCode.GATEWAY_EXISTS: "gateway_name",
        FaultCode.GATEWAY_MISSING: "gateway",
    }

    carrier_id = None  # type: ignore[assignment]
    carrier = CarrierField(
        label=_("Existing carrier"), nothing=_("None, a new one"), help_text=_("Or give the name of a new one.")
    )
    carrier_name = forms.CharField(label=_("Name of a new carrier"), required=False, max_length=64)
    reseller = CustomerField(
        label=_("Its reseller"), help_text=_("The reseller who owns it; empty for the platform's own.")
    )
    gateway = GatewayField(
        label=_("Existing gateway"), nothing=_("None, a new one"), help_text=_("Or give the name of a new one.")
    )
    gateway_name = forms.CharField(label=_("Name of a new gateway"), required=False, max_length=64)
    ip = HostField(label=_("Its host"), required=False, help_text=_("IPv4 or IPv6 address, or a host name."))
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=5060, required=False)
    transport = forms.ChoiceField(label=_("Transport"), choices=TRANSPORTS, initial="udp", required=False)
    rule_prefix = PrefixField(
        label=_("Only numbers that begin with"),
        help_text=_("The rule is only for these; empty for all numbers."),
    )
    strip = StripField()
    prepend = PrependField()
    min_length = LengthField(_("Shortest number"))
    max_length = LengthField(_("Longest number"))
    number = forms.CharField(
        label=_("Test number"), required=False, max_length=40, help_text=_("With + or 00 and the country code.")
    )
    caller = forms.CharField(label=_("Called by"), required=False, max_length=320)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(
            *(FieldSection(heading, *rows_of_two(names)) for heading, names in self.present_sections())
        )
        return helper

    carriers: Mapping[int, Carrier]
    gateways: Mapping[int, Gateway]

    def clean_number(self) -> str:
        typed = str(self.cleaned_data["number"])
        try:
            return normalise_number(typed) if typed else ""
        except ValueError as problem:
            raise ValidationError(str(problem)) from None

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        self._clean_carrier(values)
        self._clean_gateway(values)
        check_lengths(self, values)
        return values

    def _clean_carrier(self, values: dict[str, Any]) -> None:
        picked, name = values.get("carrier"), values.get("carrier_name")
        gateway = self.gateways.get(values.get("gateway") or 0)
        if gateway and not picked and not name:
            values["carrier"] = gateway.carrier_id
        elif picked and name:
            self.add_error("carrier_name", _("Choose a carrier or name a new one, not both."))
        elif not picked and not name and "carrier" not in self.errors:
            self.add_error("carrier", _("Choose a carrier, or name a new one."))
        if values.get("carrier") and values["carrier"] not in self.carriers:
            self.add_error("carrier", _("There is no such carrier."))

    def _clean_gateway(self, values: dict[str, Any]) -> None:
        picked, name = values.get("gateway"), values.get("gateway_name")
        gateway = self.gateways.get(picked or 0)
        if picked and name:
            self.add_error("gateway_name", _("Choose a gateway or name a new one, not both."))
        elif picked and gateway is None:
            self.add_error("gateway", _("There is no such gateway."))
        elif gateway and gateway.carrier_id != values.get("carrier"):
            words = {"carrier": gateway.carrier, "id": gateway.carrier_id}
            self.add_error("gateway", _("This gateway belongs to %(carrier)s (%(id)s). Choose that carrier.") % words)
        elif not picked and not name and "gateway" not in self.errors:
            self.add_error("gateway", _("Choose a gateway, or name a new one."))
        if name and not values.get("ip") and "ip" not in self.errors:
            self.add_error("ip", _("A new gateway needs a host."))

    def wanted(self) -> WantedRoute:
        """Return the records that the form describes."""
        values = self.cleaned_data
        carrier = self.carriers.get(values["carrier"]) or Carrier(
            name=values["carrier_name"], reseller=values.get("reseller") or 0
        )
        gateway = self.gateways.get(values["gateway"]) or Gateway(
            name=values["gateway_name"],
            carrier_id=carrier.id,
            ip=values["ip"],
            port=values["port"] or 5060,
            transport=values["transport"] or "udp",
        )
        return WantedRoute(carrier, gateway, self._rule(), self.to_record())

    def _rule(self) -> GatewayRule | None:
        """Return the rule; ``None`` if nothing was typed."""
        values = self.cleaned_data
        rule = GatewayRule(
            prefix=values["rule_prefix"],
            strip=values["strip"],
            prepend=values["prepend"],
            min_length=values["min_length"],
            max_length=values["max_length"],
        )
        return None if rule == GatewayRule() else rule

    def place_refusal(self, refusal: errors.Refusal, record: Any) -> None:
        """Add a refusal to the field of the member of the record that it is about."""
        member = (refusal.field or "").rpartition(".")[2]
        name = self.places[type(record)].get(member) or self.fault_fields.get(refusal.code)
        self.add_error(name if name in self.fields else None, ValidationError(explain_error(refusal).what))


class RouteTable(Table[Route]):
    caption = _("Routes")
    default_sort = "prefix"
    columns = (
        Column("prefix", _("Prefix"), sort="prefix"),
        Column("originator", _("Only for calls from"), css="opt-md"),
        Column("carrier", _("Carrier"), css="keep"),
        Column("priority", _("Priority"), sort="priority", css="num keep"),
        Column("reseller", _("Reseller"), css="opt-md card-skip"),
        Column("change_date", _("Changed"), css="num muted card-skip"),
    )

    def cell_prefix(self, record: Route) -> SafeString:
        url = page_url("lcr:routes:edit", record.id)
        name = link(url, record.prefix or gettext("All numbers"), css="tel")
        return markup('{}<span class="sub">{}</span>', name, record.id)

    def cell_originator(self, record: Route) -> str | SafeString:
        return record.originator or muted(gettext("All callers"))

    def cell_carrier(self, record: Route) -> SafeString:
        url = page_url("lcr:carriers:detail", record.carrier_id)
        return markup('{}<span class="sub">{}</span>', link(url, record.carrier), record.carrier_id)

    def cell_reseller(self, record: Route) -> str | SafeString:
        return self.names.show(record.reseller)

    def cell_change_date(self, record: Route) -> str | SafeString:
        return self.when(record.change_date)
