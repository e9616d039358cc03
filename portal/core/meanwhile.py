"""Two people change one record: as it was when the form opened, as it is stored now, and as somebody typed it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict

from portal.core import sealing
from portal.core.changes import is_secret, label, text
from portal.core.forms import RecordForm

Opened = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Crossing:
    """A field that somebody changed meanwhile, or that the form would change; texts as a person reads them.

    ``opened`` is empty where the form did not say what it started from. ``both``: it was changed here and there.
    """

    label: str
    opened: str
    now: str
    typed: str
    both: bool


def opened_state(form: RecordForm[Any], record: Any) -> str:
    """Seal what a form shows of a record as it opens, to go out with the form; secrets are not in it."""
    return sealing.seal(json.dumps({name: text(form, name, record) for name in (*_compared(form), *form.beside)}))


def read_opened(sealed: str) -> Opened:
    """Read what a form said when it opened; nothing where it was not sealed by this portal."""
    return json.loads(sealing.unseal(sealed) or "{}")  # type: ignore[no-any-return]


def take_over(form: RecordForm[Any], opened: Opened, now: Any) -> QueryDict:
    """Give what was sent, with what is stored now in those fields that were not touched.

    ``form`` is valid. What somebody else changed, and only he, so survives without being typed again.
    """
    wanted = form.to_record(now)
    data = cast(QueryDict, form.data).copy()
    for name in _compared(form):
        typed, stored = text(form, name, wanted), text(form, name, now)
        if typed == opened.get(name) and typed != stored:
            values = list(_sent(form, name))
            if values:
                data.setlist(form.add_prefix(name), values)
            else:
                data.pop(form.add_prefix(name), None)
    return data


def crossings(form: RecordForm[Any], opened: Opened, now: Any, wanted: Any) -> list[Crossing]:
    """List the fields that differ: as opened, as stored now, and as they would be saved."""
    found = []
    for name in (*form.fields, *form.beside):
        if is_secret(form, name):
            states = ("", "", text(form, name, wanted)) if form.cleaned_data.get(name) else ("", "", "")
        else:
            states = (opened.get(name, ""), text(form, name, now), text(form, name, wanted))
        before, stored, typed = states
        theirs = bool(before) and before != stored
        if stored != typed or theirs:
            both = theirs and typed not in (before, stored)
            found.append(Crossing(label(form, name), before, stored, typed, both))
    return found


def _compared(form: RecordForm[Any]) -> list[str]:
    return [name for name in form.fields if not is_secret(form, name)]


def _sent(form: RecordForm[Any], name: str) -> Iterator[str]:
    """Write a field's first value as a browser would send it."""
    field = form.fields[name]
    value = field.prepare_value(form.get_initial_for_field(field, name))
    if isinstance(field, forms.MultipleChoiceField):
        yield from (str(item) for item in value or () if field.valid_value(item))
    elif isinstance(value, bool):
        yield from ["on"] if value else []
    else:
        yield "" if value is None else str(value)
