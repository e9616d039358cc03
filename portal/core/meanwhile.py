"""Two people change one record: as it was when the form opened, as it is stored now, and as somebody typed it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict

from portal.core import sealing
from portal.core.changes import is_secret, label, text
from portal.core.forms import RecordForm


@dataclass(frozen=True, slots=True)
class Opened:
    """What a form showed of a record as it opened: each field as text, and what was ticked of several choices."""

    texts: Mapping[str, str]
    ticked: Mapping[str, list[str]]


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
    texts = {name: text(form, name, record) for name in (*_compared(form), *form.beside)}
    return sealing.seal(
        json.dumps([texts, {name: _sent(form, name) for name in form.fields if _is_several(form, name)}])
    )


def read_opened(sealed: str) -> Opened:
    """Read what a form said when it opened; nothing where it was not sealed by this portal."""
    return Opened(*json.loads(sealing.unseal(sealed) or "[{}, {}]"))


def take_over(form: RecordForm[Any], opened: Opened, now: Any) -> QueryDict:
    """Give what was sent, with what is stored now in those fields that were not touched.

    ``form`` is valid. What somebody else changed, and only he, so survives without being typed again; of several
    choices, each one for itself.
    """
    data = cast(QueryDict, form.data).copy()
    wanted = form.to_record(now)
    for name in _compared(form):
        if form.shown(now, name) is None:
            continue
        if _is_several(form, name):
            _put(data, form, name, _merged(form, name, opened))
            continue
        typed, stored = text(form, name, wanted), text(form, name, now)
        if typed == opened.texts.get(name) and typed != stored:
            _put(data, form, name, _sent(form, name))
    return data


def _put(data: QueryDict, form: RecordForm[Any], name: str, values: list[str]) -> None:
    data.setlist(form.add_prefix(name), values)
    if not values:
        del data[form.add_prefix(name)]


def _merged(form: RecordForm[Any], name: str, opened: Opened) -> list[str]:
    """Do to the choices that are stored now what was done to those that the form opened with."""
    typed, now = cast(QueryDict, form.data).getlist(form.add_prefix(name)), _sent(form, name)
    before = opened.ticked.get(name, now)
    kept = [value for value in now if value in typed or value not in before]
    return [*kept, *(value for value in typed if value not in before and value not in kept)]


def crossings(form: RecordForm[Any], opened: Opened, now: Any, wanted: Any) -> list[Crossing]:
    """List the fields that differ: as opened, as stored now, and as they would be saved."""
    found = []
    for name in (*form.fields, *form.beside):
        if is_secret(form, name):
            states = ("", "", text(form, name, wanted)) if form.cleaned_data.get(name) else ("", "", "")
        else:
            states = (opened.texts.get(name, ""), text(form, name, now), text(form, name, wanted))
        before, stored, typed = states
        theirs = bool(before) and before != stored
        if stored != typed or theirs:
            both = theirs and typed not in (before, stored)
            found.append(Crossing(label(form, name), before, stored, typed, both))
    return found


def _compared(form: RecordForm[Any]) -> list[str]:
    return [name for name in form.fields if not is_secret(form, name)]


def _is_several(form: RecordForm[Any], name: str) -> bool:
    return isinstance(form.fields[name], forms.MultipleChoiceField)


def _sent(form: RecordForm[Any], name: str) -> list[str]:
    """Write a field's first value as a browser would send it."""
    field = form.fields[name]
    value = field.prepare_value(form.get_initial_for_field(field, name))
    if isinstance(field, forms.MultipleChoiceField):
        return [str(item) for item in value or () if field.valid_value(item)]
    if isinstance(value, bool):
        return ["on"] if value else []
    return ["" if value is None else str(value)]
