"""The forms and the list of ENUM ranges."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.telephone_numbers import MOST_DIGITS, leading_digits
from portal.core.fields import MOST_TTL, CustomerField, DomainNameField
from portal.core.forms import FilterForm, RecordForm
from portal.core.markup import markup
from portal.core.member_rights import why_forbidden
from portal.core.search_text import filter_pattern
from portal.core.tables import Column, Table
from portal.core.viewer import Role, Viewer
from portal.enum.fields import NumberField, linked_number
from portal.ngnpro.records import EnumRange, EnumRangeFilter, EnumRangeId


class RangeForm(RecordForm[EnumRange]):
    """A number range."""

    room = "enum:ranges"
    record_class = EnumRange
    sections = (
        (_("Numbers"), ("prefix", "tld", "min_digits", "max_digits", "size")),
        (_("Ownership"), ("customer", "reseller", "info")),
        (_("DNS"), ("ttl",)),
    )
    fault_fields = {
        FaultCode.RANGE_EXISTS: "prefix",
        FaultCode.CUSTOMER_MISSING: "customer",
        FaultCode.NOT_PERMITTED: "prefix",
    }

    viewer = Viewer(Role.NOBODY)

    # This does not hide ``Form.prefix``: Django removes fields from the class, so that ``prefix`` stays None.
    prefix = NumberField(  # type: ignore[assignment]
        label=_("Begins with"), help_text=_("As in +31 20 800 51. All numbers of the range begin with it.")
    )
    tld = DomainNameField(label=_("ENUM domain"), initial="e164.arpa", help_text=_("e164.arpa, or a private domain."))
    min_digits = forms.IntegerField(
        label=_("Shortest number"), min_value=1, max_value=MOST_DIGITS, initial=11, help_text=_("Digits, 1 to 15.")
    )
    max_digits = forms.IntegerField(
        label=_("Longest number"), min_value=1, max_value=MOST_DIGITS, initial=11, help_text=_("Digits, 1 to 15.")
    )
    size = forms.IntegerField(
        label=_("Most numbers"), required=False, min_value=0, max_value=2_000_000_000, help_text=_("0 for no limit.")
    )
    customer = CustomerField(label=_("Owner"), help_text=_("The customer whose range this is: name or number."))
    reseller = CustomerField(label=_("Reseller"), help_text=_("Empty for the owner's reseller."))
    info = forms.CharField(label=_("For"), required=False, max_length=255, help_text=_("A note."))
    ttl = forms.IntegerField(
        label=_("Time to live"),
        min_value=0,
        max_value=MOST_TTL,
        initial=3600,
        help_text=_("How many seconds DNS may cache an answer."),
    )

    def restrict(self, viewer: Viewer) -> None:
        super().restrict(viewer)
        self.viewer = viewer

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        if values.get("prefix"):
            wanted = EnumRange(id=EnumRangeId(prefix=values["prefix"], tld=values.get("tld", "")))
            if reason := why_forbidden(self.viewer, None, wanted):
                self.add_error("prefix", reason)
        shortest, longest = values.get("min_digits"), values.get("max_digits")
        if shortest and longest and shortest > longest:
            self.add_error("max_digits", _("The longest number cannot be shorter than the shortest."))
        if values.get("prefix") and longest and len(values["prefix"]) > longest:
            self.add_error("prefix", _("It has more digits than the longest number."))
        return values

    def clean_size(self) -> int:
        return self.cleaned_data.get("size") or 0

    def record_values(self) -> dict[str, Any]:
        values = super().record_values()
        if "prefix" not in self.fields:
            return values
        return {**values, "id": EnumRangeId(prefix=self.cleaned_data["prefix"], tld=self.cleaned_data["tld"])}


class RangeEditForm(RangeForm):
    """An existing range; its prefix and domain are its key and cannot be changed."""

    prefix = None  # type: ignore[assignment]
    tld = None  # type: ignore[assignment]


class RangeFilterForm(FilterForm[EnumRangeFilter]):
    prefix = forms.CharField(  # type: ignore[assignment]
        label=_("Begins with"), required=False, max_length=40
    )
    tld = forms.CharField(label=_("ENUM domain"), required=False, max_length=255)
    info = forms.CharField(label=_("For"), required=False, max_length=255)
    customer = CustomerField(label=_("Owner"))

    def to_filter(self) -> EnumRangeFilter:
        values = self.cleaned_data
        return EnumRangeFilter(
            prefix=filter_pattern(leading_digits(values["prefix"])),
            tld=filter_pattern(values["tld"]),
            info=filter_pattern(values["info"]),
            customer=values["customer"],
        )


class RangeTable(Table[EnumRange]):
    caption = _("Number ranges")
    columns = (
        Column("prefix", _("Range"), sort="prefix"),
        Column("info", _("For"), css="opt-md keep"),
        Column("used", _("Used"), css="keep"),
        Column("customer", _("Owner"), css="opt-md card-skip"),
        Column("change_date", _("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_prefix(self, record: EnumRange) -> SafeString:
        return linked_number("enum:ranges:detail", record.id.prefix, record.id.tld)

    def cell_used(self, record: EnumRange) -> str | SafeString:
        if not record.size:
            return str(record.used)
        words = gettext("%(used)s of %(size)s") % {"used": record.used, "size": record.size}
        bar = '<span>{}<progress class="usage" value="{}" max="{}" aria-label="{}"></progress></span>'
        return markup(bar, words, record.used, record.size, gettext("Used"))

    def cell_customer(self, record: EnumRange) -> str | SafeString:
        return self.names.show(record.customer)

    def cell_change_date(self, record: EnumRange) -> str | SafeString:
        return self.when(record.change_date)
