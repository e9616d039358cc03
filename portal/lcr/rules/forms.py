"""The forms and the list of gateway rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.core.forms import RecordForm
from portal.core.markup import markup, page_url
from portal.core.search_text import filter_pattern
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link
from portal.lcr.fields import (
    CarrierField,
    GatewayField,
    LengthField,
    PrefixField,
    PrependField,
    RoutingFilterForm,
    StripField,
    check_lengths,
    remove_separators,
)
from portal.lcr.plan import rewriting_example
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
    prefix = PrefixField()  # type: ignore[assignment]
    min_length = LengthField(_("Shortest number"))
    max_length = LengthField(_("Longest number"))
    strip = StripField()
    prepend = PrependField()

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        check_lengths(self, values)
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


class RuleTable(Table[GatewayRule]):
    caption = _("Gateway rules")
    columns = (
        Column("prefix", _("Prefix"), sort="prefix"),
        Column("lengths", _("Digits"), css="num keep"),
        Column("rewriting", _("Rewritten"), css="keep"),
        Column("gateway", _("Gateway"), sort="gateway", css="keep"),
        Column("carrier", _("Carrier"), sort="carrier", css="opt-md"),
        Column("change_date", _("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_prefix(self, record: GatewayRule) -> SafeString:
        url = page_url("lcr:rules:edit", record.id)
        name = link(url, record.prefix or gettext("All numbers"), css="tel")
        return markup('{}<span class="sub">{}</span>', name, record.id)

    def cell_lengths(self, record: GatewayRule) -> str:
        if not (record.min_length or record.max_length):
            return pgettext("length", "Any")
        return f"{record.min_length} – {record.max_length or '∞'}"

    def cell_rewriting(self, record: GatewayRule) -> str | SafeString:
        if not (record.strip or record.prepend):
            return gettext("Unchanged")
        return markup("<code>{}</code>", rewriting_example(record.prefix, record.strip, record.prepend))

    def cell_gateway(self, record: GatewayRule) -> SafeString:
        url = page_url("lcr:gateways:detail", record.gateway_id)
        return markup('{}<span class="sub">{}</span>', link(url, record.gateway), record.gateway_id)

    def cell_carrier(self, record: GatewayRule) -> SafeString:
        url = page_url("lcr:carriers:detail", record.carrier_id)
        return markup('{}<span class="sub">{}</span>', link(url, record.carrier), record.carrier_id)

    def cell_change_date(self, record: GatewayRule) -> str | SafeString:
        return self.when(record.change_date)
