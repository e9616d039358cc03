"""The forms and the list of DNS records."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ngnpro_wire.facts.dns_records import MOST_IN_VALUE, TYPES, WITH_PRIORITY, full_name
from ngnpro_wire.facts.fault_codes import FaultCode
from portal.core.fields import CustomerField, DomainNameField, TtlField
from portal.core.forms import FilterForm, RecordForm
from portal.core.markup import markup, page_url
from portal.core.search_text import exact_pattern, filter_pattern
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link
from portal.dns.fields import record_name, record_value
from portal.ngnpro.records import DnsRecord, DnsRecordFilter


class RecordAddForm(RecordForm[DnsRecord]):
    """A record of a zone; its name and value are stored in their normal form."""

    room = "dns:records"
    record_class = DnsRecord
    sections = ((pgettext_lazy("DNS", "Record"), ("zone", "name", "type", "value", "priority", "ttl", "owner")),)
    fault_fields = {
        FaultCode.ZONE_MISSING: "zone",
        FaultCode.ZONE_RECORD_EXISTS: "value",
        FaultCode.CUSTOMER_MISSING: "owner",
    }

    zone = DomainNameField(label=_("Zone"), help_text=_("The zone that the record is in, such as example.com."))
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=253,
        help_text=_("Within the zone, such as www; empty or @ for the zone itself, * for all other names."),
    )
    type = forms.ChoiceField(label=_("Type"), choices=[(kind, kind) for kind in TYPES])
    value = forms.CharField(
        label=_("Value"),
        max_length=MOST_IN_VALUE,
        help_text=_(
            "As in a zone file. SRV: weight, port, host. NAPTR: order, preference, flags, service, regexp, "
            "replacement. A host name without a dot is within the zone."
        ),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"}),
    )
    priority = forms.IntegerField(
        label=_("Priority"),
        required=False,
        min_value=0,
        max_value=65535,
        help_text=_("Of MX and SRV; the lowest is first."),
    )
    ttl = TtlField(initial=3600, min_value=0, help_text=_("How long DNS may cache the record."))
    owner = CustomerField(label=_("Owner"), help_text=_("The customer whose record this is. Empty for the zone's."))

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        zone, kind = self.zone_and_type(values)
        values["priority"] = (values.get("priority") or 0) if kind in WITH_PRIORITY or kind == "NAPTR" else 0
        if zone and "name" in values:
            self.check("name", record_name, values["name"], zone)
        if zone and kind and values.get("value"):
            self.check("value", record_value, kind, values["value"], zone, values["priority"])
        return values

    def zone_and_type(self, values: dict[str, Any]) -> tuple[str, str]:
        return values.get("zone", ""), values.get("type", "")

    def check(self, name: str, normal_form: Any, *typed: Any) -> None:
        """Set a field to the normal form of what was typed, or show what is wrong beside it."""
        try:
            self.cleaned_data[name] = normal_form(*typed)
        except ValidationError as error:
            self.add_error(name, error)


class RecordEditForm(RecordAddForm):
    """An existing record; it stays in its zone and keeps its name."""

    zone = None  # type: ignore[assignment]
    name = None  # type: ignore[assignment]
    stored_zone = ""

    @classmethod
    def initial_from(cls, record: DnsRecord) -> dict[str, Any]:
        return {**super().initial_from(record), "in_zone": record.zone}

    def zone_and_type(self, values: dict[str, Any]) -> tuple[str, str]:
        return self.initial.get("in_zone", ""), values.get("type", "")


class RecordFilterForm(FilterForm[DnsRecordFilter]):
    name = forms.CharField(label=_("Name"), required=False, max_length=253)
    zone = forms.CharField(label=_("Zone"), required=False, max_length=253)
    type = forms.ChoiceField(label=_("Type"), required=False, choices=[("", _("Any")), *((one, one) for one in TYPES)])
    value = forms.CharField(label=_("Value"), required=False, max_length=300)
    owner = CustomerField(label=_("Owner"))
    customer = CustomerField(label=_("Customer of the zone"))

    def to_filter(self) -> DnsRecordFilter:
        values = self.cleaned_data
        return DnsRecordFilter(
            name=filter_pattern(values["name"]),
            zone=exact_pattern(values["zone"]),
            type=values["type"],
            value=filter_pattern(values["value"]),
            owner=values["owner"],
            customer=values["customer"],
        )


class RecordTable(Table[DnsRecord]):
    caption = _("DNS records")
    columns = (
        Column("name", _("Name"), sort="name"),
        Column("type", _("Type"), sort="type"),
        Column("priority", _("Priority"), css="opt-md num card-skip"),
        Column("value", _("Value"), css="keep"),
        Column("ttl", _("TTL, s"), css="opt num card-skip"),
        Column("owner", _("Owner"), css="opt-md card-skip"),
        Column("change_date", _("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_name(self, record: DnsRecord) -> SafeString:
        name = link(page_url("dns:records:edit", record.id), full_name(record.name, record.zone), css="addr")
        return markup('{}<span class="sub">{}</span>', name, record.zone)

    def cell_priority(self, record: DnsRecord) -> str:
        return str(record.priority) if record.type in WITH_PRIORITY else ""

    def cell_owner(self, record: DnsRecord) -> str | SafeString:
        return self.names.show(record.owner)

    def cell_change_date(self, record: DnsRecord) -> str | SafeString:
        return self.when(record.change_date)
