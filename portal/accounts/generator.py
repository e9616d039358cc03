"""The number generator: accounts, and the numbers that point to them, for a run of telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.core.bulk import GeneratedRecord, Generator
from portal.core.fields import CustomerField, DomainNameField, new_password
from portal.core.forms import CleanForm
from portal.core.zone_fields import TimeZoneField

MOST = 100_000
PLACE = "#"
PATTERN = re.compile(r"[0-9]{0,15}#{0,15}")
NUMBER = "{number}"


def check_run(pattern: str, start: int, count: int) -> None:
    """Raise ``ValidationError`` unless a pattern holds this many numbers from the given one on."""
    if not pattern or not PATTERN.fullmatch(pattern) or len(pattern) > 15:
        raise ValidationError(
            gettext("Digits, with # for each digit that counts up, as in 3120800####; up to 15 together.")
        )
    if start + count > 10 ** (pattern.count(PLACE) or len(pattern)):
        raise ValidationError(gettext("The pattern does not have that many numbers. Use more # or fewer numbers."))


def numbers_of(pattern: str, start: int, count: int) -> Iterator[str]:
    """Iterate over the numbers of a pattern: ``#`` counts up from ``start``; without ``#``, the whole number does.

    Leading zeros are kept: every number has as many digits as the pattern.
    """
    places = pattern.count(PLACE)
    fixed = pattern.rstrip(PLACE) if places else ""
    first = start if places else int(pattern)
    for number in range(first, first + count):
        yield f"{fixed}{number:0{places or len(pattern)}d}"


def words_of_run(pattern: str, start: int, count: int) -> str:
    """Return the first and the last number of a pattern in words, or why it does not fit."""
    try:
        check_run(pattern, start, count)
    except ValidationError as error:
        return " ".join(error.messages)
    first = next(numbers_of(pattern, start, 1))
    last = f"{int(first) + count - 1:0{len(first)}d}"
    return ngettext("%(first)s", "%(first)s to %(last)s, %(count)s numbers", count) % {
        "first": first,
        "last": last,
        "count": count,
    }


def generated_records(values: Mapping[str, Any]) -> Iterator[GeneratedRecord]:
    """Iterate over the records of a run: all accounts first, then the numbers, which point to them."""
    numbers = list(numbers_of(values["pattern"], values["start"], values["count"]))
    yield from (GeneratedRecord("account", account_cells(number, values)) for number in numbers)
    for position, number in enumerate(numbers if values["with_numbers"] else ()):
        yield GeneratedRecord("number", number_cells(number, values), of=position)


def account_cells(number: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Return the cells of the account of a number; ``{number}`` in its names stands for the number."""
    written = {name: values[name].replace(NUMBER, number) for name in ("firstName", "lastName", "email")}
    more = {name: str(values[name] or "") for name in ("owner", "quota", "callLimit", "timezone", "groups", "acl")}
    return {
        "id": f"{number}@{values['domain']}",
        "password": new_password(),
        "rpid": number,
        **written,
        **more,
    }


def number_cells(number: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Return the cells of a number that points to its account."""
    return {
        "number": number,
        "tld": values["tld"],
        "owner": str(values["owner"] or ""),
        "mappings": f"sip sip:{number}@{values['domain']} 5 3600",
    }


class GenerateForm(CleanForm):
    """A run of telephone numbers, and what their accounts have in common."""

    pattern = forms.CharField(
        label=_("First number, or pattern"),
        max_length=15,
        help_text=_(
            "3120800#### counts from 31208000000; 31208005100 counts from that number. Leading zeros are kept."
        ),
    )
    start = forms.IntegerField(
        label=_("Start at"),
        initial=0,
        min_value=0,
        max_value=10**15,
        help_text=_("The first value of the # digits."),
    )
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=MOST, help_text=_("Up to 100,000."))
    domain = DomainNameField(label=_("Domain of the accounts"))
    firstName = forms.CharField(label=_("First name"), max_length=64, initial=_("Number"))  # noqa: N815 - a column
    lastName = forms.CharField(  # noqa: N815 - a column
        label=_("Last name"),
        max_length=64,
        initial="{number}",
        help_text=_("{number} stands for the number."),
    )
    email = forms.CharField(label=_("E-mail"), max_length=255, help_text=_("{number} stands for the number."))
    timezone = TimeZoneField(initial="Europe/Amsterdam")
    owner = CustomerField(label=_("Owner"))
    quota = forms.IntegerField(label=_("Monthly quota"), required=False, min_value=0, max_value=1_000_000)
    callLimit = forms.IntegerField(  # noqa: N815 - a column
        label=_("Calls at a time"), required=False, min_value=0, max_value=10_000
    )
    groups = forms.CharField(
        label=_("Rights"),
        required=False,
        max_length=400,
        help_text=_("Separated by semicolons: free-pstn; sms."),
    )
    acl = forms.CharField(
        label=_("Networks"),
        required=False,
        max_length=1000,
        help_text=_("From which the accounts may be used, separated by semicolons: 192.0.2.0 24; empty for all."),
    )
    with_numbers = forms.BooleanField(
        label=_("Add the numbers, too, and point each to its account"), required=False, initial=True
    )
    tld = DomainNameField(label=_("ENUM domain"), initial="e164.arpa", required=False)

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        if {"pattern", "start", "count"} <= values.keys():
            try:
                check_run(values["pattern"], values["start"], values["count"])
            except forms.ValidationError as error:
                self.add_error("pattern", error)
        return values


def preview(typed: Mapping[str, str]) -> str:
    """Return the first and the last number of a form; empty as long as the pattern or the number of them is missing."""
    start, count = (_number(typed.get(name, "")) for name in ("start", "count"))
    return words_of_run(typed["pattern"], start, count) if typed.get("pattern") and count else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


GENERATOR = Generator(
    form=GenerateForm,
    pages=("accounts:add", "enum:numbers:add"),
    title=_("Generate %(count)s numbers: %(pattern)s"),
    records=generated_records,
    prefilled=("pattern", "start", "count", "tld"),
    preview=preview,
)
