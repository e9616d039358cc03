"""The differences between two states of a record, with the labels and values of its form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.core.fields import CustomerField, SecretField, customer_text
from portal.core.forms import RecordForm


@dataclass(frozen=True, slots=True)
class Change:
    """One field's values before and after, as text; secrets show as dots."""

    label: str
    before: str
    after: str


def changes(form: RecordForm[Any], before: Any, after: Any) -> list[Change]:
    """List the fields of a form in which two records differ, except passwords and keys."""
    return [
        Change(label(form, name), text(form, name, before), text(form, name, after))
        for name in form.fields
        if form.shown(before, name) != form.shown(after, name) and not is_secret(form, name)
    ]


def stored_otherwise(form: RecordForm[Any], sent: Any, stored: Any) -> Iterator[str]:
    """Yield a sentence for each field that NGNPro stored differently from what was sent."""
    if stored is None:
        return
    for change in changes(form, sent, stored):
        yield _("NGNPro stored %(field)s as “%(stored)s”; you had “%(sent)s”.") % {
            "field": change.label,
            "stored": change.after,
            "sent": change.before,
        }


def label(form: RecordForm[Any], name: str) -> str:
    return str(form.beside.get(name) or form.fields[name].label or name)


def is_secret(form: RecordForm[Any], name: str) -> bool:
    return isinstance(form.fields.get(name), SecretField)


def text(form: RecordForm[Any], name: str, record: Any) -> str:
    """Return a field's value as text for display; secrets as dots."""
    value = form.shown(record, name)
    if is_secret(form, name):
        return "••••••"
    field = form.fields.get(name)
    if isinstance(field, CustomerField):
        return customer_text(value, field.names.get(value, "")) if value else _("No owner")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or _("None")
    return str(value) if value not in (None, "") else _("Not set")
