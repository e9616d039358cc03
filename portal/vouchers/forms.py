"""The forms and the tables of vouchers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.vouchers import DIGITS, LARGEST_VALUE, LEAST_RANDOM, MOST, USUAL_DIGITS
from portal.core.currency import format_amount
from portal.core.fields import CustomerField
from portal.core.forms import CleanForm, FilterForm, RecordForm
from portal.core.markup import markup, page_url
from portal.core.search_text import filter_pattern
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link
from portal.ngnpro.records import VoucherBatch, VoucherBatchFilter
from portal.people.confirmation import FIELD, CurrentPasswordField


class BatchForm(RecordForm[VoucherBatch]):
    """A new batch of vouchers."""

    room = "vouchers"
    record_class = VoucherBatch
    sections = (
        (gettext_lazy("Vouchers"), ("name", "value", "count", "reseller")),
        (gettext_lazy("Secret numbers"), ("digits", "prefix")),
    )
    fault_fields = {FaultCode.VOUCHER_BATCH_EXISTS: "name", FaultCode.CUSTOMER_MISSING: "reseller"}

    name = forms.CharField(label=gettext_lazy("Name of the batch"), max_length=64)
    value = forms.DecimalField(
        label=gettext_lazy("Value of each"),
        max_value=LARGEST_VALUE,
        decimal_places=4,
        help_text=gettext_lazy("In the platform's currency, up to 10,000."),
    )
    count = forms.IntegerField(
        label=gettext_lazy("How many"), min_value=1, max_value=MOST, help_text=gettext_lazy("Up to 10,000.")
    )
    reseller = CustomerField(
        label=gettext_lazy("Reseller"),
        help_text=gettext_lazy("Only accounts of this reseller can use the vouchers; empty for the accounts of all."),
    )
    digits = forms.IntegerField(
        label=gettext_lazy("Digits"),
        min_value=DIGITS[0],
        max_value=DIGITS[1],
        initial=USUAL_DIGITS,
        help_text=gettext_lazy("From 11 to 15, with those that they begin with."),
    )
    prefix = forms.RegexField(  # type: ignore[assignment]
        r"^[0-9]*$",
        label=gettext_lazy("Begin with"),
        required=False,
        max_length=DIGITS[1] - LEAST_RANDOM,
        help_text=gettext_lazy("Digits that all numbers begin with, or empty. At least 10 random digits follow."),
        error_messages={"invalid": gettext_lazy("Only digits are allowed.")},
    )

    def clean_value(self) -> float:
        value: Decimal | None = self.cleaned_data["value"]
        if value is not None and value <= 0:
            raise ValidationError(_("Enter an amount above 0."))
        return float(value or 0)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.fields["value"].disabled:
            raise ValidationError(self.fields["value"].help_text)
        if values.get("digits") and values["digits"] - len(values.get("prefix", "")) < LEAST_RANDOM:
            self.add_error("prefix", ValidationError(_("Fewer than 10 random digits would follow: too easy to guess.")))
        return values


class BatchFilterForm(FilterForm[VoucherBatchFilter]):
    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=64)
    reseller = CustomerField(label=gettext_lazy("Reseller"))

    def to_filter(self) -> VoucherBatchFilter:
        values = self.cleaned_data
        return VoucherBatchFilter(name=filter_pattern(values["name"]), reseller=values["reseller"])


class BatchTable(Table[VoucherBatch]):
    caption = gettext_lazy("Batches of vouchers")
    columns = (
        Column("name", gettext_lazy("Batch"), sort="name"),
        Column("reseller", gettext_lazy("Reseller"), css="keep"),
        Column("value", gettext_lazy("Value"), css="num"),
        Column("used", gettext_lazy("Used"), css="num"),
        Column("free", pgettext_lazy("vouchers", "Free"), css="num"),
        Column("state", gettext_lazy("State")),
        Column("change_date", gettext_lazy("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def cell_name(self, record: VoucherBatch) -> SafeString:
        return link(page_url("vouchers:detail", record.id), record.name)

    def cell_reseller(self, record: VoucherBatch) -> str | SafeString:
        return self.names.show(record.reseller) if record.reseller else pgettext("resellers", "All")

    def cell_value(self, record: VoucherBatch) -> str:
        return format_amount(record.value)

    def cell_state(self, record: VoucherBatch) -> SafeString:
        css = "warn" if record.blocked else "on" if record.exported else "off"
        return markup('<span class="lamp lamp-{}">{}</span>', css, state_of(record))

    def cell_change_date(self, record: VoucherBatch) -> str | SafeString:
        return self.when(record.change_date)


def state_of(batch: VoucherBatch) -> str:
    """Return whether the vouchers of a batch can be used, as text."""
    if batch.blocked:
        return pgettext("voucher", "Blocked")
    return _("Numbers exported") if batch.exported else _("Numbers not exported yet")


class NumbersForm(CleanForm):
    """A form that asks for the current password, unless it was just entered, before the numbers are exported."""

    def __init__(self, data: Any = None, *, is_confirmed: bool) -> None:
        super().__init__(data)
        if not is_confirmed:
            self.fields[FIELD] = CurrentPasswordField()


class FindForm(CleanForm):
    """A search for a voucher by what is printed on it; it is sent by POST, so that no number is in a URL."""

    id = forms.IntegerField(
        label=gettext_lazy("Serial number"), required=False, min_value=1, max_value=2**31 - 1, widget=forms.TextInput
    )
    number = forms.CharField(
        label=gettext_lazy("Secret number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy("The digits under the cover; spaces do not matter."),
    )

    def clean_number(self) -> str:
        return "".join(self.cleaned_data["number"].split())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors and not values.get("id") and not values.get("number"):
            raise ValidationError(_("Type one of the two numbers."))
        return values
