"""Forms of the routes room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.core.fields import CustomerField
from portal.core.forms import RecordForm
from portal.core.search_text import filter_pattern
from portal.lcr.fields import MOST_PRIORITY, CarrierField, PrefixField, RoutingFilterForm, remove_separators
from portal.ngnpro.records import Route, RouteFilter


class RouteForm(RecordForm[Route]):
    """A route."""

    room = "lcr:routes"
    record_class = Route
    sections = (
        (_("For which calls"), ("prefix", "originator")),
        (_("Who takes them"), ("carrier_id", "priority")),
    )
    fault_fields = {FaultCode.CARRIER_MISSING: "carrier_id"}

    prefix = PrefixField(  # type: ignore[assignment]
        help_text=_("00 and the country code, as in 0049 or +49; empty for all numbers.")
    )
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
