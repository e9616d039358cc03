"""Edit conflicts: a record's state when its form was opened, as stored now, and as typed, when two people change it."""

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
    """What a form showed of a record when it was opened: each field as text, and the selected choices of each field."""

    texts: Mapping[str, str]
    ticked: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Crossing:
    """A field that another user has changed since the form was opened, or that the form would change, as text.

    ``opened`` is empty if the value when the form was opened is unknown. ``both``: both people changed the field, to
    different values.
    """

    label: str
    opened: str
    now: str
    typed: str
    both: bool


def opened_state(form: RecordForm[Any], record: Any) -> str:
    """Return what a form shows of a record when it is opened, sealed, to be sent with the form; without secrets."""
    texts = {name: text(form, name, record) for name in (*_compared(form), *form.beside)}
    return sealing.seal(
        json.dumps([texts, {name: _sent(form, name) for name in form.fields if _is_several(form, name)}])
    )


def read_opened(sealed: str) -> Opened:
    """Return the state sealed by ``opened_state``; empty if it was not sealed by this portal."""
    return Opened(*json.loads(sealing.unseal(sealed) or "[{}, {}]"))


def take_over(form: RecordForm[Any], opened: Opened, now: Any) -> QueryDict:
    """Return the submitted data with the stored values in the fields that the person did not change.

    ``form`` must be valid. Changes that only the other user made are kept this way; fields with several choices are
    merged choice by choice.
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
    """Return the choices stored now, with those added and removed that the person added and removed."""
    typed, now = cast(QueryDict, form.data).getlist(form.add_prefix(name)), _sent(form, name)
    before = opened.ticked.get(name, now)
    kept = [value for value in now if value in typed or value not in before]
    return [*kept, *(value for value in typed if value not in before and value not in kept)]


def crossings(form: RecordForm[Any], opened: Opened, now: Any, wanted: Any) -> list[Crossing]:
    """List the fields that differ between the record as opened, as stored now, and as it would be saved."""
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
    """Return a field's initial value as a browser would submit it."""
    field = form.fields[name]
    value = field.prepare_value(form.get_initial_for_field(field, name))
    if isinstance(field, forms.MultipleChoiceField):
        return [str(item) for item in value or () if field.valid_value(item)]
    if isinstance(value, bool):
        return ["on"] if value else []
    return ["" if value is None else str(value)]
