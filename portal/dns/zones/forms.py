"""The forms and the list of DNS zones."""

from __future__ import annotations

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.core.fields import CustomerField, DomainNameField, NoteField, TtlField
from portal.core.forms import CleanForm, FilterForm, RecordForm
from portal.core.markup import markup, page_url
from portal.core.search_text import filter_pattern
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link, muted
from portal.dns.fields import HostsField
from portal.ngnpro.records import DnsRecord, DnsZone, DnsZoneFilter

from .templates import TEMPLATES, records_of


class ZoneForm(RecordForm[DnsZone]):
    """A zone with the values of its SOA record."""

    room = "dns:zones"
    record_class = DnsZone
    sections = (
        (_("Zone"), ("name", "customer", "reseller", "info")),
        (_("Name servers"), ("nameservers",)),
        (_("SOA record"), ("email", "ttl", "minimum", "retry", "expire")),
    )
    fault_fields = {FaultCode.ZONE_EXISTS: "name", FaultCode.CUSTOMER_MISSING: "customer"}

    name = DomainNameField(label=_("Zone"), help_text=_("The domain name, such as example.com."))
    customer = CustomerField(label=_("Owner"), help_text=_("The customer whose zone this is: name or number."))
    reseller = CustomerField(label=_("Reseller"), help_text=_("Empty for the owner's reseller."))
    info = NoteField()
    nameservers = HostsField(
        label=_("Name servers"),
        help_text=_("One host name per line, up to 13, the primary first. The registrar has to name them, too."),
    )
    email = forms.EmailField(
        label=_("Administrator"),
        required=False,
        max_length=254,
        help_text=_("E-mail address. Empty in a new zone for the owner's, or else hostmaster in the zone."),
    )
    ttl = TtlField(initial=3600, min_value=0, help_text=_("How long DNS may cache the SOA and NS records."))
    minimum = TtlField(
        label=_("Time to live of what does not exist"),
        initial=3600,
        min_value=0,
        help_text=_("How many seconds DNS may remember that a name does not exist."),
    )
    retry = TtlField(
        label=_("Retry"),
        initial=3600,
        help_text=_("Seconds until a secondary server tries again to copy the zone."),
    )
    expire = TtlField(
        label=_("Expire"),
        initial=1209600,
        help_text=_("Seconds after which a secondary server drops a zone that it cannot copy."),
    )


class ZoneEditForm(ZoneForm):
    """An existing zone; its name is its key and cannot be changed."""

    name = None  # type: ignore[assignment]


class ZoneFilterForm(FilterForm[DnsZoneFilter]):
    name = forms.CharField(label=_("Zone"), required=False, max_length=253)
    info = forms.CharField(label=_("Note"), required=False, max_length=255)
    customer = CustomerField(label=_("Owner"))
    reseller = CustomerField(label=_("Reseller"))

    def to_filter(self) -> DnsZoneFilter:
        values = self.cleaned_data
        return DnsZoneFilter(
            name=filter_pattern(values["name"]),
            info=filter_pattern(values["info"]),
            customer=values["customer"],
            reseller=values["reseller"],
        )


class ZoneTable(Table[DnsZone]):
    caption = _("DNS zones")
    columns = (
        Column("name", _("Zone"), sort="name"),
        Column("nameservers", _("Name servers"), css="opt keep"),
        Column("serial", _("Serial"), css="opt-md num card-skip"),
        Column("customer", _("Owner"), css="opt-md card-skip"),
        Column("change_date", _("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_name(self, record: DnsZone) -> SafeString:
        name = link(page_url("dns:zones:detail", record.name), record.name, css="addr")
        return markup('{}<span class="sub">{}</span>', name, record.info)

    def cell_nameservers(self, record: DnsZone) -> str | SafeString:
        return ", ".join(record.nameservers) or muted(str(_("None")))

    def cell_customer(self, record: DnsZone) -> str | SafeString:
        return self.names.show(record.customer)

    def cell_change_date(self, record: DnsZone) -> str | SafeString:
        return self.when(record.change_date)


class ServiceForm(CleanForm):
    """The service whose records are to be added, and its server."""

    template = forms.ChoiceField(label=_("Service"), choices=[(name, one.label) for name, one in TEMPLATES.items()])
    host = DomainNameField(
        label=_("Server"),
        required=False,
        help_text=_("Its host name, such as sip.example.com. Empty for the usual name within the zone, such as sip."),
    )
    ttl = TtlField(initial=3600, min_value=0)

    def records(self, zone: DnsZone) -> list[DnsRecord]:
        """Return the records to add."""
        values = self.cleaned_data
        return records_of(TEMPLATES[values["template"]], zone.name, values["host"], values["ttl"])
