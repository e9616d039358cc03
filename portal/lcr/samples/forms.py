"""The forms and the list of sets of test numbers."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.fields import CustomerField, LinesField
from portal.core.forms import CleanForm, FilterForm, layout_helper
from portal.core.markup import page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import link
from portal.lcr.fields import normalise_number
from portal.lcr.models import MOST_CALLS, NumberSet

Calls = list[tuple[str, str]]


class CallsField(LinesField):
    """Calls, one per line: a number with its country code, then, after a comma, the caller."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(", ".join(filter(None, call)) for call in value)
        return value

    def clean(self, value: Any) -> Calls:  # type: ignore[override]
        lines = super().clean(value)
        if len(lines) > MOST_CALLS:
            raise ValidationError(_("A set holds up to %(most)s calls."), params={"most": MOST_CALLS})
        return list(dict.fromkeys(_call(line) for line in lines))


def _call(line: str) -> tuple[str, str]:
    number, _comma, caller = line.partition(",")
    try:
        return normalise_number(number.strip()), caller.strip().removeprefix("sip:")
    except ValueError as problem:
        raise ValidationError(f"“{line}”: {problem}") from None


class SampleForm(CleanForm):
    """A set of test numbers."""

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

    @property
    def helper(self) -> FormHelper:
        return layout_helper(self, Fieldset(gettext("Test numbers"), *self.fields))


class SampleFilterForm(FilterForm[dict[str, str]]):
    name = forms.CharField(label=_("Name"), required=False, max_length=64)

    def to_filter(self) -> dict[str, str]:
        return {"name__icontains": self.cleaned_data["name"].strip()}


def journal_state(one: NumberSet) -> dict[str, Any]:
    """Return a set as the journal stores it."""
    return {"name": one.name, "reseller": one.reseller, "calls": [", ".join(filter(None, call)) for call in one.calls]}


class SampleTable(Table[NumberSet]):
    caption = _("Test numbers")
    default_sort = "name"
    columns = (
        Column("name", _("Set"), sort="name"),
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
