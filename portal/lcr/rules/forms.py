"""Forms of the gateway rules room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.core.forms import RecordForm
from portal.core.search_text import filter_pattern
from portal.lcr.fields import (
    LONGEST,
    CarrierField,
    GatewayField,
    PrefixField,
    PrependField,
    RoutingFilterForm,
    remove_separators,
)
from portal.ngnpro.records import GatewayRule, GatewayRuleFilter


class RuleForm(RecordForm[GatewayRule]):
    """A gateway rule."""

    room = "lcr:rules"
    record_class = GatewayRule
    sections = (
        (_("For which calls"), ("gateway_id", "prefix", "min_length", "max_length")),
        (_("How the number is rewritten"), ("strip", "prepend")),
    )
    fault_fields = {FaultCode.GATEWAY_MISSING: "gateway_id"}

    gateway_id = GatewayField(required=True, help_text=_("Calls through this gateway."))
    prefix = PrefixField(  # type: ignore[assignment]
        help_text=_("00 and the country code, as in 0049 or +49; empty for all numbers.")
    )
    min_length = forms.IntegerField(
        label=_("Shortest number"),
        initial=0,
        min_value=0,
        max_value=LONGEST,
        help_text=_("Digits, counted with 00; 0 for any."),
    )
    max_length = forms.IntegerField(
        label=_("Longest number"),
        initial=0,
        min_value=0,
        max_value=LONGEST,
        help_text=_("Digits, counted with 00; 0 for any."),
    )
    strip = forms.IntegerField(
        label=_("Digits to remove"),
        initial=0,
        min_value=0,
        max_value=LONGEST,
        help_text=_("How many digits are removed from the front; 2 removes 00."),
    )
    prepend = PrependField(
        label=_("Add in front"), required=False, help_text=_("Then this is added in front, as in + or 1010.")
    )

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        shortest, longest = values.get("min_length") or 0, values.get("max_length") or 0
        if 0 < longest < shortest:
            self.add_error("max_length", _("The longest number cannot be shorter than the shortest; 0 stands for any."))
        return values


class RuleFilterForm(RoutingFilterForm):
    prefix = forms.CharField(  # type: ignore[assignment]
        label=_("Prefix"), required=False, max_length=40
    )
    gateway = GatewayField()
    carrier = CarrierField()

    def to_filter(self) -> GatewayRuleFilter:
        values = self.cleaned_data
        return GatewayRuleFilter(
            prefix=filter_pattern(remove_separators(values["prefix"])),
            gateway_id=values["gateway"],
            carrier_id=values["carrier"],
        )
