"""Form fields of the ENUM rooms, and numbers as people write them, which are stored as digits."""

from __future__ import annotations

from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.input_examples import InputKind
from ngnpro_wire.facts.telephone_numbers import MOST_DIGITS, leading_digits
from portal.core.in_words import number_in_groups
from portal.core.markup import markup, page_url
from portal.core.normal_forms import require_number
from portal.core.templatetags.portal import link


class NumberField(forms.CharField):
    """An E.164 number or its first digits, as digits; +, spaces, dots, hyphens and brackets may be typed as well."""

    input_kind = InputKind.NUMBER

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return number_in_groups(value) if isinstance(value, str) and value.isdecimal() else value

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text:
            return ""
        require_number(text)
        digits = leading_digits(text)
        if digits.removeprefix("+").startswith("0"):
            raise ValidationError(_("Begin with the country code, without zeros in front: +31, not 0 or 0031."))
        if not (digits.isascii() and digits.isdecimal()):
            raise ValidationError(_("A number is made of digits, with the country code first, as in +31 20 800 51 69."))
        if len(digits) > MOST_DIGITS:
            raise ValidationError(_("A telephone number has at most 15 digits."))
        return digits


def linked_number(page: str, digits: str, tld: str) -> SafeString:
    """Return the cell of a list with a number or prefix, linked to its page, and its ENUM domain below it."""
    name = link(page_url(page, digits, tld), number_in_groups(digits), css="addr tel")
    return markup('{}<span class="sub">{}</span>', name, tld)


def number_warning(digits: str) -> str:
    """Return a warning about an unusual number, or an empty text; such numbers are accepted nevertheless."""
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


def region_of_number(digits: str) -> str:
    """Return the two letters (ISO 3166) of the region that a number belongs to; empty if it is unknown."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(f"+{digits}")) or ""
    except phonenumbers.NumberParseException:
        return ""
