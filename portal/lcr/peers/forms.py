"""The forms and the list of trusted peers."""

from __future__ import annotations

import dataclasses
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.core.fields import CustomerField, SecretField
from portal.core.forms import RecordForm
from portal.core.markup import markup, page_url
from portal.core.search_text import filter_pattern
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import lamp, link
from portal.lcr.fields import LONGEST, MOST_PRIORITY, HostField, RoutingFilterForm
from portal.ngnpro.records import TrustedPeer, TrustedPeerFilter

BLOCKED = (
    ("", pgettext_lazy("peers", "All")),
    ("0", _("Not blocked")),
    ("1", pgettext_lazy("peer", "Blocked")),
)


class PeerForm(RecordForm[TrustedPeer]):
    """A trusted peer."""

    room = "lcr:peers"
    record_class = TrustedPeer
    sections = (
        (_("Peer"), ("ip", "description", "customer", "tags", "billing_id")),
        (_("What it may do"), ("blocked", "call_limit", "transit", "prepaid", "enum_lookup")),
        (_("Where its calls go"), ("carrier_name", "originator", "strip", "prefix")),
        (_("Microsoft Teams"), ("msteams", "tenant", "auth_token")),
    )
    fault_fields = {FaultCode.PEER_EXISTS: "ip", FaultCode.CUSTOMER_MISSING: "customer"}

    ip = HostField(label=_("Host"), help_text=_("IPv4 or IPv6 address; a host name for Microsoft Teams."))
    description = forms.CharField(label=_("Name"), max_length=240, help_text=_("The name that is shown in the portal."))
    customer = CustomerField(label=_("Owner"), help_text=_("The customer who pays for its calls: name or number."))
    tags = forms.CharField(label=_("Tags"), required=False, max_length=255, help_text=_("Words separated by spaces."))
    billing_id = forms.CharField(label=_("Billing id"), required=False, max_length=64)
    blocked = forms.BooleanField(label=_("Blocked: all its calls are refused"), required=False)
    call_limit = forms.IntegerField(
        label=_("Calls at a time"), initial=0, min_value=0, max_value=MOST_PRIORITY, help_text=_("0 for no limit.")
    )
    transit = forms.BooleanField(
        label=_("May send calls to the telephone network through the platform"), required=False
    )
    prepaid = forms.BooleanField(label=_("Prepaid: its calls are paid from a balance"), required=False)
    enum_lookup = forms.BooleanField(label=_("Look numbers up in ENUM"), required=False, initial=True)
    carrier_name = forms.CharField(
        label=_("Carrier"),
        required=False,
        max_length=64,
        help_text=_("The name of a carrier; empty to use the routes."),
    )
    originator = forms.CharField(
        label=_("Originator"),
        required=False,
        max_length=255,
        help_text=_("A word that routes can be restricted to."),
    )
    strip = forms.IntegerField(
        label=_("Digits to remove"), initial=0, min_value=0, max_value=LONGEST, help_text=_("From the front.")
    )
    prefix = forms.RegexField(  # type: ignore[assignment]
        r"^\+?[0-9]{0,32}$",
        label=_("Add in front"),
        required=False,
        help_text=_("Then these digits are added in front, as in 00."),
        error_messages={"invalid": _("Up to 32 digits, with or without a + in front.")},
    )
    msteams = forms.BooleanField(label=_("It is a Microsoft Teams tenant"), required=False)
    tenant = forms.CharField(label=_("Tenant"), required=False, max_length=253)
    auth_token = SecretField(
        label=_("Token"), max_length=255, help_text=_("Never shown. Leave it empty to keep the current one.")
    )

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        if values.get("tenant") and not values.get("msteams"):
            self.add_error("tenant", _("Only a Microsoft Teams peer has a tenant."))
        return values

    def clean_blocked(self) -> int:
        return int(self.cleaned_data["blocked"])

    @classmethod
    def initial_from(cls, record: TrustedPeer) -> dict[str, Any]:
        return {**super().initial_from(record), "blocked": bool(record.blocked)}

    def to_record(self, record: TrustedPeer | None = None) -> TrustedPeer:
        """Return the record; a blocked peer keeps its value, because NGNPro may have several kinds of blocking."""
        wanted = super().to_record(record)
        if record is not None and record.blocked and wanted.blocked:
            return dataclasses.replace(wanted, blocked=record.blocked)
        return wanted

    def record_values(self) -> dict[str, Any]:
        values = super().record_values()
        if not values["auth_token"]:
            del values["auth_token"]
        return values


class PeerEditForm(PeerForm):
    """An existing peer; its address, which is its key, and its owner cannot be changed."""

    ip = None  # type: ignore[assignment]
    customer = None  # type: ignore[assignment]


class PeerFilterForm(RoutingFilterForm):
    segments = "blocked"

    ip = forms.CharField(label=_("Host"), required=False, max_length=253)
    description = forms.CharField(label=_("Name"), required=False, max_length=240)
    tags = forms.CharField(label=_("Tags"), required=False, max_length=255)
    blocked = forms.ChoiceField(label=pgettext_lazy("peer", "Blocked"), required=False, choices=BLOCKED)
    msteams = forms.BooleanField(label=_("Microsoft Teams"), required=False)

    def to_filter(self) -> TrustedPeerFilter:
        values = self.cleaned_data
        return TrustedPeerFilter(
            ip=filter_pattern(values["ip"]),
            description=filter_pattern(values["description"]),
            tags=filter_pattern(values["tags"]),
            msteams=values["msteams"],
            blocked=int(values["blocked"]) if values["blocked"] else None,
        )


class PeerTable(Table[TrustedPeer]):
    caption = _("Trusted peers")
    columns = (
        Column("ip", _("Host"), sort="ip"),
        Column("description", _("Name"), sort="description", css="keep"),
        Column("state", _("State"), css="keep"),
        Column("calls", _("Calls at a time"), css="num opt-md"),
        Column("owner", _("Owner"), css="opt-md card-skip"),
        Column("change_date", _("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_ip(self, record: TrustedPeer) -> SafeString:
        name = link(page_url("lcr:peers:detail", record.ip), record.ip)
        teams = markup('<span class="sub">{}</span>', gettext("Microsoft Teams")) if record.msteams else ""
        return markup("{}{}", name, teams)

    def cell_description(self, record: TrustedPeer) -> SafeString:
        return markup('{}<span class="sub">{}</span>', record.description, record.tags)

    def cell_state(self, record: TrustedPeer) -> SafeString:
        return lamp("bad", pgettext("peer", "Blocked")) if record.blocked else lamp("on", gettext("Not blocked"))

    def cell_calls(self, record: TrustedPeer) -> str:
        return str(record.call_limit) if record.call_limit else gettext("No limit")

    def cell_owner(self, record: TrustedPeer) -> str | SafeString:
        return self.names.show(record.customer)

    def cell_change_date(self, record: TrustedPeer) -> str | SafeString:
        return self.when(record.change_date)
