"""Form fields of the ENUM rooms: numbers as people write them, stored as digits."""

from __future__ import annotations

from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.telephone_numbers import MOST_DIGITS, leading_digits


class NumberField(forms.CharField):
    """An E.164 number or its beginning, with or without +, spaces, dots, hyphens and brackets; the value is digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, str) and value.isdecimal() else value

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text:
            return ""
        digits = leading_digits(text)
        if not (digits.isascii() and digits.isdecimal()):
            raise ValidationError(_("A number is made of digits, with the country code first, as in +31 20 800 51 69."))
        if digits.startswith("0"):
            raise ValidationError(_("Begin with the country code, without zeros in front: +31, not 0 or 0031."))
        if len(digits) > MOST_DIGITS:
            raise ValidationError(_("A telephone number has at most 15 digits."))
        return digits


def written(digits: str) -> str:
    """Write a number as people do, with + and in groups; one that no plan knows only gets its +."""
    try:
        parsed = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return f"+{digits}"
    if not phonenumbers.is_possible_number(parsed):
        return f"+{digits}"
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def doubt(digits: str) -> str:
    """Say what is odd about a number, or nothing; it is never a reason to refuse what NGNPro accepts."""
    try:
        parsed = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return str(_("No country code begins like this."))
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    if reason == phonenumbers.ValidationResult.TOO_SHORT:
        return str(_("It is short for a number of its country."))
    if reason == phonenumbers.ValidationResult.TOO_LONG:
        return str(_("It is long for a number of its country."))
    return ""


def country(digits: str) -> str:
    """Name the region that a number belongs to by its two letters (ISO 3166); empty when it is not known."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(f"+{digits}")) or ""
    except phonenumbers.NumberParseException:
        return ""
