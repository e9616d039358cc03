"""The differences between states of a record, and what happens when two people change one at the same time.

States are compared field by field, with the labels and values of the record's form: as the record was when its form was
opened, as it is stored now, and as it was typed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.core import sealing
from portal.core.fields import CustomerField, SecretField
from portal.core.forms import RecordForm


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field's values before and after, as text; secrets show as dots."""

    label: str
    before: str
    after: str


def field_changes(form: RecordForm[Any], before: Any, after: Any) -> list[FieldChange]:
    """List the fields of a form in which two records differ, except passwords and keys."""
    return [
        FieldChange(field_label(form, name), field_text(form, name, before), field_text(form, name, after))
        for name in form.fields
        if not is_same_value(form.shown(before, name), form.shown(after, name)) and not is_secret_field(form, name)
    ]


def is_same_value(one: Any, other: Any) -> bool:
    """Return whether two values of a field mean the same: empty ones do, and lists with the same items in any order."""
    if not isinstance(one, bool) and not isinstance(other, bool) and not one and not other:
        return True
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return sorted(map(str, one)) == sorted(map(str, other))
    return bool(one == other)


def stored_otherwise(form: RecordForm[Any], sent: Any, stored: Any) -> Iterator[str]:
    """Yield a sentence for each field that NGNPro stored differently from what was sent."""
    if stored is None:
        return
    for change in field_changes(form, sent, stored):
        yield _("NGNPro stored %(field)s as “%(stored)s”; you had “%(sent)s”.") % {
            "field": change.label,
            "stored": change.after,
            "sent": change.before,
        }


def field_label(form: RecordForm[Any], name: str) -> str:
    return str(form.beside.get(name) or form.fields[name].label or name)


def is_secret_field(form: RecordForm[Any], name: str) -> bool:
    return isinstance(form.fields.get(name), SecretField)


def field_text(form: RecordForm[Any], name: str, record: Any) -> str:
    """Return a field's value as text for display; secrets as dots."""
    value = form.shown(record, name)
    if is_secret_field(form, name):
        return "••••••"
    field = form.fields.get(name)
    if isinstance(field, CustomerField):
        return str(field.prepare_value(value)) or _("No owner")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or _("None")
    return str(value) if value not in (None, "") else _("Not set")


@dataclass(frozen=True, slots=True)
class OpenedState:
    """What a form showed of a record when it was opened: each field as text, and the selected choices of each field."""

    texts: Mapping[str, str]
    ticked: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class FieldConflict:
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
    texts = {name: field_text(form, name, record) for name in (*_compared(form), *form.beside)}
    return sealing.seal(
        json.dumps([texts, {name: _initial_values(form, name) for name in form.fields if _is_several(form, name)}])
    )


def read_opened_state(sealed: str) -> OpenedState:
    """Return the state sealed by ``opened_state``; empty if it was not sealed by this portal."""
    return OpenedState(*json.loads(sealing.unseal(sealed) or "[{}, {}]"))


def merge_typed(form: RecordForm[Any], opened: OpenedState, now: Any) -> QueryDict:
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
            _set_typed(data, form, name, _merged(form, name, opened))
            continue
        typed, stored = field_text(form, name, wanted), field_text(form, name, now)
        if typed == opened.texts.get(name) and typed != stored:
            _set_typed(data, form, name, _initial_values(form, name))
    return data


def _set_typed(data: QueryDict, form: RecordForm[Any], name: str, values: list[str]) -> None:
    data.setlist(form.add_prefix(name), values)
    if not values:
        del data[form.add_prefix(name)]


def _merged(form: RecordForm[Any], name: str, opened: OpenedState) -> list[str]:
    """Return the choices stored now, with those added and removed that the person added and removed."""
    typed, now = cast(QueryDict, form.data).getlist(form.add_prefix(name)), _initial_values(form, name)
    before = opened.ticked.get(name, now)
    kept = [value for value in now if value in typed or value not in before]
    return [*kept, *(value for value in typed if value not in before and value not in kept)]


def field_conflicts(form: RecordForm[Any], opened: OpenedState, now: Any, wanted: Any) -> list[FieldConflict]:
    """List the fields that differ between the record as opened, as stored now, and as it would be saved."""
    found = []
    for name in (*form.fields, *form.beside):
        if is_secret_field(form, name):
            states = ("", "", field_text(form, name, wanted)) if form.cleaned_data.get(name) else ("", "", "")
        else:
            states = (opened.texts.get(name, ""), field_text(form, name, now), field_text(form, name, wanted))
        before, stored, typed = states
        theirs = bool(before) and before != stored
        if stored != typed or theirs:
            both = theirs and typed not in (before, stored)
            found.append(FieldConflict(field_label(form, name), before, stored, typed, both))
    return found


def _compared(form: RecordForm[Any]) -> list[str]:
    return [name for name in form.fields if not is_secret_field(form, name)]


def _is_several(form: RecordForm[Any], name: str) -> bool:
    return isinstance(form.fields[name], forms.MultipleChoiceField)


def _initial_values(form: RecordForm[Any], name: str) -> list[str]:
    """Return a field's initial value as a browser would submit it."""
    field = form.fields[name]
    value = field.prepare_value(form.get_initial_for_field(field, name))
    if isinstance(field, forms.MultipleChoiceField):
        return [str(item) for item in value or () if field.valid_value(item)]
    if isinstance(value, bool):
        return ["on"] if value else []
    return ["" if value is None else str(value)]
