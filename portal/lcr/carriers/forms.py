"""The forms and the list of carriers."""

from __future__ import annotations

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.core.fields import CustomerField
from portal.core.forms import RecordForm
from portal.core.markup import markup, page_url
from portal.core.search_text import filter_pattern
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link
from portal.lcr.fields import RoutingFilterForm
from portal.ngnpro.records import Carrier, CarrierFilter


class CarrierForm(RecordForm[Carrier]):
    """A carrier."""

    room = "lcr:carriers"
    record_class = Carrier
    sections = ((_("Carrier"), ("name", "reseller")),)
    fault_fields = {FaultCode.CARRIER_EXISTS: "name", FaultCode.CUSTOMER_MISSING: "reseller"}

    name = forms.CharField(label=_("Name"), max_length=64, help_text=_("Up to 64 characters."))
    reseller = CustomerField(
        label=_("Reseller"), help_text=_("The reseller who owns it; empty for the platform's own.")
    )


class CarrierEditForm(CarrierForm):
    """An existing carrier; its reseller cannot be changed, because gateways and routes belong to the same one."""

    reseller = None  # type: ignore[assignment]


class CarrierFilterForm(RoutingFilterForm):
    name = forms.CharField(label=_("Name"), required=False, max_length=64)
    reseller = CustomerField(label=_("Reseller"))

    def to_filter(self) -> CarrierFilter:
        values = self.cleaned_data
        return CarrierFilter(name=filter_pattern(values["name"]), reseller=values["reseller"])


class CarrierTable(Table[Carrier]):
    caption = gettext_lazy("Carriers")
    columns = (
        Column("name", gettext_lazy("Carrier"), sort="name"),
        Column("reseller", gettext_lazy("Reseller"), css="keep"),
        Column("change_date", gettext_lazy("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_name(self, record: Carrier) -> SafeString:
        url = page_url("lcr:carriers:detail", record.id)
        return markup('{}<span class="sub">{}</span>', link(url, record.name), record.id)

    def cell_reseller(self, record: Carrier) -> str | SafeString:
        return self.names.show(record.reseller)

    def cell_change_date(self, record: Carrier) -> str | SafeString:
        return self.when(record.change_date)
