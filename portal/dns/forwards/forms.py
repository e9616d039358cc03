"""The forms and the list of e-mail aliases and redirects."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.dns_records import MOST_IN_VALUE, full_name
from ngnpro_wire.facts.fault_codes import FaultCode
from portal.core.fields import CustomerField, DomainNameField
from portal.core.forms import FilterForm, RecordForm
from portal.core.markup import markup, page_url
from portal.core.search_text import exact_pattern, filter_pattern
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link
from portal.dns.fields import MAIL, WEB, forward_name, forward_target
from portal.ngnpro.records import DnsFancyRecord, DnsFancyRecordFilter

KINDS = ((MAIL, _("E-mail alias")), (WEB, _("Redirect of web browsers")))


class ForwardForm(RecordForm[DnsFancyRecord]):
    """An e-mail alias or a redirect of a zone."""

    room = "dns:forwards"
    record_class = DnsFancyRecord
    sections = ((_("Forward"), ("zone", "type", "name", "value", "owner")),)
    fault_fields = {
        FaultCode.ZONE_MISSING: "zone",
        FaultCode.ZONE_RECORD_EXISTS: "name",
        FaultCode.CUSTOMER_MISSING: "owner",
    }

    zone = DomainNameField(label=_("Zone"), help_text=_("The zone that it is kept with, such as example.com."))
    type = forms.ChoiceField(label=_("What it is"), choices=KINDS)
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=320,
        help_text=_("An alias: its address, such as info. A redirect: its name, such as www, or empty for the zone."),
    )
    value = forms.CharField(
        label=_("Leads to"),
        max_length=MOST_IN_VALUE,
        help_text=_("An e-mail address, or an address with https:// or http:// in front."),
    )
    owner = CustomerField(label=_("Owner"), help_text=_("The customer whose it is. Empty for the zone's."))

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        zone, kind = values.get("zone") or self.initial.get("in_zone", ""), values.get("type", "")
        if zone and kind and "name" in values:
            self.check("name", lambda: forward_name(kind, values["name"], zone))
        if kind and values.get("value"):
            self.check("value", lambda: forward_target(kind, values["value"]))
        return values

    def check(self, name: str, normal_form: Any) -> None:
        """Set a field to its normal form, or show what is wrong beside it."""
        try:
            self.cleaned_data[name] = normal_form()
        except ValidationError as error:
            self.add_error(name, error)


class ForwardEditForm(ForwardForm):
    """An existing e-mail alias or redirect; it stays in its zone and what it is."""

    zone = None  # type: ignore[assignment]
    type = None  # type: ignore[assignment]
    name = None  # type: ignore[assignment]

    @classmethod
    def initial_from(cls, record: DnsFancyRecord) -> dict[str, Any]:
        return {**super().initial_from(record), "kind": record.type}

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        if values.get("value"):
            self.check("value", lambda: forward_target(self.initial.get("kind", ""), values["value"]))
        return values


class ForwardFilterForm(FilterForm[DnsFancyRecordFilter]):
    name = forms.CharField(label=_("Name"), required=False, max_length=320)
    type = forms.ChoiceField(label=_("What it is"), required=False, choices=[("", _("Any")), *KINDS])
    zone = forms.CharField(label=_("Zone"), required=False, max_length=253)
    value = forms.CharField(label=_("Leads to"), required=False, max_length=300)
    owner = CustomerField(label=_("Owner"))

    def to_filter(self) -> DnsFancyRecordFilter:
        values = self.cleaned_data
        return DnsFancyRecordFilter(
            name=filter_pattern(values["name"]),
            type=values["type"],
            zone=exact_pattern(values["zone"]),
            value=filter_pattern(values["value"]),
            owner=values["owner"],
        )


class ForwardTable(Table[DnsFancyRecord]):
    caption = _("E-mail aliases and redirects")
    columns = (
        Column("name", _("Name"), sort="name"),
        Column("type", _("What it is"), sort="type"),
        Column("value", _("Leads to"), css="keep"),
        Column("owner", _("Owner"), css="opt-md card-skip"),
        Column("change_date", _("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_name(self, record: DnsFancyRecord) -> SafeString:
        name = record.name if record.type == MAIL else full_name(record.name, record.zone)
        shown = link(page_url("dns:forwards:edit", record.id), name, css="addr")
        return markup('{}<span class="sub">{}</span>', shown, record.zone)

    def cell_type(self, record: DnsFancyRecord) -> str:
        return str(dict(KINDS).get(record.type, record.type))

    def cell_owner(self, record: DnsFancyRecord) -> str | SafeString:
        return self.names.show(record.owner)

    def cell_change_date(self, record: DnsFancyRecord) -> str | SafeString:
        return self.when(record.change_date)
