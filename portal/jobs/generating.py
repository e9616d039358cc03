"""The number generator: accounts, and the numbers that point to them, for a run of telephone numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core.fields import new_password
from portal.core.sealing import seal

from .models import Job, JobRow

MOST = 100_000
PLACE = "#"
PATTERN = re.compile(r"[0-9]{0,15}#{0,15}")
NUMBER = "{number}"


def check_run(pattern: str, start: int, count: int) -> None:
    """Raise ``ValidationError`` unless a pattern holds this many numbers from the given one on."""
    if not pattern or not PATTERN.fullmatch(pattern) or len(pattern) > 15:
        raise ValidationError(_("Digits, with # for each digit that counts up, as in 3120800####; up to 15 together."))
    if start + count > 10 ** (pattern.count(PLACE) or len(pattern)):
        raise ValidationError(_("The pattern does not have that many numbers. Use more # or fewer numbers."))


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


def generated_rows(job: Job, values: Mapping[str, Any]) -> Iterator[JobRow]:
    """Iterate over the rows of a generator: all accounts first, then the numbers, which point to them."""
    numbers = list(numbers_of(values["pattern"], values["start"], values["count"]))
    for position, number in enumerate(numbers):
        yield _row(job, position, 0, "account", account_cells(number, values))
    for position, number in enumerate(numbers if values["with_numbers"] else (), len(numbers)):
        linked = {"cells": number_cells(number, values), "of": position - len(numbers)}
        yield _row(job, position, 1, "number", linked)


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


def _row(job: Job, position: int, phase: int, kind: str, item: dict[str, Any]) -> JobRow:
    sealed = seal(json.dumps({"item": item}))
    return JobRow(job=job, position=position, phase=phase, line=position + 1, kind=kind, sealed=sealed)
