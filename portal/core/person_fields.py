"""Form fields for what people write about themselves: names, and the times at which they may be called."""

from __future__ import annotations

from typing import Any

from django import forms

from ngnpro_wire.facts.display_names import normal_name
from ngnpro_wire.facts.weekly_rules import normal_time


class NameField(forms.CharField):
    """The name of a person or company, in the normal form of ``ngnpro_wire.facts.display_names``."""

    def to_python(self, value: Any) -> str:
        return normal_name(super().to_python(value) or "")


class TimeOfDayField(forms.TimeField):
    """A time of the day, as people and programs write it; its value is a ``datetime.time``."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(normal_time(value) or value if isinstance(value, str) else value)


# What the fields of somebody's own data hold (HTML, autofill tokens), so that browsers fill them in: WCAG 1.3.5.
AUTOFILL = {
    "first_name": "given-name",
    "last_name": "family-name",
    "organization": "organization",
    "email": "email",
    "tel": "tel",
    "mobile": "tel",
    "mobile_number": "tel",
    "web": "url",
    "address": "street-address",
    "postcode": "postal-code",
    "city": "address-level2",
    "state": "address-level1",
    "country": "country",
    "language": "language",
}


def mark_own_data(form: forms.BaseForm) -> None:
    """Say in the fields of a form about its own user what they hold, for browsers that fill them in."""
    for name in form.fields.keys() & AUTOFILL:
        form.fields[name].widget.attrs["autocomplete"] = AUTOFILL[name]
