"""Examples beside fields: what people may paste, from the tables of ``ngnpro_wire.facts.input_examples``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django import forms
from django.utils.html import format_html
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from ngnpro_wire.facts.input_examples import InputKind, help_examples

Field = TypeVar("Field", bound=forms.Field)


def of_kind(kind: InputKind, field: Field) -> Field:
    """Return a field whose help shows the examples of a kind; classes of fields have it as ``input_kind``."""
    field.input_kind = kind  # type: ignore[attr-defined]
    return field


def show_examples(fields: Iterable[forms.Field]) -> None:
    """Add examples of what a field understands to the help of each field that has a kind."""
    for field in fields:
        kind = getattr(field, "input_kind", None)
        if kind is not None and not field.disabled:
            words = _("It also takes %(examples)s.") % {"examples": get_text_list(list(help_examples(kind)), _("and"))}
            field.help_text = format_html("{} {}", field.help_text, words) if field.help_text else words
