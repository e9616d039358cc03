"""Forms for adding credit, redeeming a voucher and filtering calls."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.accounts.calls.choices import KINDS, LARGEST
from portal.accounts.calls.log import LAST_YEAR, CallSelection
from portal.core.fields import DateInput
from portal.core.forms import FilterForm, RecordForm
from portal.ngnpro.records import PrepaidCard
from portal.ngnpro.records.base import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition(Record):
    """An amount to add to a balance (contract: addBalance); a negative ``value`` is deducted."""

    value: float = 0.0
    description: str = ""


class AdditionForm(RecordForm[Addition]):
    """A form for adding an amount.

    ``opened`` is the balance that the page showed; if the balance has changed since then, nothing is added.
    """

    room = "accounts:calls"
    record_class = Addition
    sections = (("", ("value", "description", "opened")),)

    value = forms.DecimalField(
        label=gettext_lazy("Amount"),
        min_value=-LARGEST,
        max_value=LARGEST,
        decimal_places=4,
        help_text=gettext_lazy("In the platform's currency, up to 1,000,000. A negative amount is deducted."),
    )
    description = forms.CharField(
        label=gettext_lazy("What for"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("Up to 255 characters; the account's user sees it in the history."),
    )
    opened = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def reopen(self, opened: str) -> None:
        """Set the balance that the redisplayed form compares with to the current one."""
        self.data = {**self.data.dict(), "opened": opened}  # type: ignore[attr-defined]

    def clean_value(self) -> float:
        value: Decimal | None = self.cleaned_data["value"]
        if not value:
            raise ValidationError(_("Enter an amount other than 0."))
        return float(value)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.fields["value"].disabled:
            raise ValidationError(self.fields["value"].help_text)
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund(Record):
    """The reason for taking an entry of the history back."""

    reason: str = ""


class RefundForm(RecordForm[Refund]):
    """A form for a refund; ``opened`` as in ``AdditionForm``."""

    room = "accounts:calls"
    record_class = Refund
    sections = (("", ("reason", "opened")),)
    fault_fields = {0: "reason"}

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("The account's user sees it in the history, and it is in the journal."),
    )
    opened = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class VoucherForm(RecordForm[PrepaidCard]):
    room = "accounts:calls"
    record_class = PrepaidCard
    sections = (("", ("id", "number")),)
    fault_fields = {FaultCode.VOUCHER_UNKNOWN: "number"}

    id = forms.IntegerField(
        label=gettext_lazy("Serial number"),
        min_value=1,
        max_value=2**31 - 1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy("It is printed on the voucher without a cover."),
    )
    number = forms.RegexField(
        r"^[0-9]{11,15}$",
        label=gettext_lazy("Secret number"),
        strip=True,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "The 11 to 15 digits under the cover; spaces do not matter. Each voucher can be used once."
        ),
        error_messages={"invalid": gettext_lazy("A voucher's number has 11 to 15 digits.")},
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        if data is not None:
            data = data.copy()
            data["number"] = "".join(data.get("number", "").split())
        super().__init__(data, **kwargs)


class CallFilterForm(FilterForm[CallSelection]):
    segments = "kind"

    search = forms.CharField(label=gettext_lazy("Name, number or address"), required=False, max_length=255)
    kind = forms.ChoiceField(label=gettext_lazy("Which calls"), required=False, choices=KINDS)
    since = forms.DateField(label=pgettext_lazy("period", "From"), required=False, widget=DateInput)
    until = forms.DateField(label=pgettext_lazy("period", "To"), required=False, widget=DateInput)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        since, until = values.get("since"), values.get("until")
        for name, day in (("since", since), ("until", until)):
            if day and not 1970 < day.year <= LAST_YEAR:
                self.add_error(name, ValidationError(_("There are no calls from that year.")))
        if since and until and until < since:
            self.add_error("until", ValidationError(_("The last day is before the first.")))
        return values

    def to_filter(self) -> CallSelection:
        return CallSelection(**self.cleaned_data)
