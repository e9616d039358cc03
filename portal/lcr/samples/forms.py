"""The forms and the list of sets of test numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core.fields import CustomerField, LinesField
from portal.core.forms import FilterForm, RecordForm
from portal.core.markup import page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link
from portal.lcr.fields import normalise_number
from portal.lcr.models import MOST_CALLS, NumberSet

Call = tuple[str, str]


class CallsField(LinesField):
    """Calls, one per line: a number with its country code, then, after a comma, the caller."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(call_text, value)) if isinstance(value, tuple) else value

    def clean(self, value: Any) -> tuple[Call, ...]:  # type: ignore[override]
        lines = super().clean(value)
        if len(lines) > MOST_CALLS:
            raise ValidationError(_("A set holds up to %(most)s calls."), params={"most": MOST_CALLS})
        return tuple(dict.fromkeys(_call(line) for line in lines))


def call_text(call: Call) -> str:
    """Return a call as it is typed: the number, then the caller after a comma, if one is set."""
    return ", ".join(filter(None, call))


def _call(line: str) -> Call:
    number, _comma, caller = line.partition(",")
    try:
        return normalise_number(number.strip()), caller.strip().removeprefix("sip:")
    except ValueError as problem:
        raise ValidationError(f"“{line}”: {problem}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSetState:
    """What the pages of the room add and edit of a set: its calls are pairs of number and caller."""

    name: str
    reseller: int = 0
    calls: tuple[Call, ...] = ()


def state_of(one: NumberSet) -> NumberSetState:
    """Return what the pages edit of a stored set."""
    calls = tuple((number, caller) for number, caller in one.calls)
    return NumberSetState(name=one.name, reseller=one.reseller, calls=calls)


class SampleForm(RecordForm[NumberSetState]):
    """A set of test numbers."""

    room = "lcr:samples"
    record_class = NumberSetState
    sections = ((_("Test numbers"), ("name", "reseller", "calls")),)

    name = forms.CharField(
        label=_("Name"), max_length=64, help_text=_("What these calls have in common, as in Mobiles abroad.")
    )
    reseller = CustomerField(
        label=_("Reseller"), help_text=_("The reseller whose routing is tested; empty for the platform's own.")
    )
    calls = CallsField(
        label=_("Calls"),
        required=True,
        max_length=40_000,
        help_text=_(
            "One per line: the number with + or 00 and the country code; then, if it matters, a comma and the caller, "
            "as in +49 30 901820, ada@example.com."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["calls"].widget.attrs |= {"rows": 10}

    def shown(self, record: NumberSetState, name: str) -> Any:
        return tuple(map(call_text, record.calls)) if name == "calls" else super().shown(record, name)


class SampleFilterForm(FilterForm[dict[str, str]]):
    name = forms.CharField(label=_("Name"), required=False, max_length=64)

    def to_filter(self) -> dict[str, str]:
        return {"name__icontains": self.cleaned_data["name"].strip()}


def journal_state(state: NumberSetState) -> dict[str, Any]:
    """Return a set as the journal stores it."""
    return {"name": state.name, "reseller": state.reseller, "calls": [call_text(call) for call in state.calls]}


class SampleTable(Table[NumberSet]):
    caption = _("Test numbers")
    default_sort = "name"
    columns = (
        Column("name", pgettext_lazy("of test numbers", "Set"), sort="name"),
        Column("calls", _("Calls"), css="num keep"),
        Column("first", _("First numbers"), css="keep"),
        Column("reseller", _("Routing of"), css="keep"),
    )

    def cell_name(self, record: NumberSet) -> SafeString:
        return link(page_url("lcr:samples:edit", record.pk), record.name)

    def cell_calls(self, record: NumberSet) -> str:
        return str(len(record.calls))

    def cell_first(self, record: NumberSet) -> str:
        return ", ".join(number for number, _caller in record.calls[:3])

    def cell_reseller(self, record: NumberSet) -> str | SafeString:
        return self.names.show(record.reseller) if record.reseller else gettext("The platform's own")
