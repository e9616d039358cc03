"""Forms of the house: data in, record out; they know which fault belongs to which field, and call nobody."""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ngnpro_wire.facts.filters import escape_filter
from portal.core.access import why_not_field
from portal.core.faults import explain
from portal.core.fields import CustomerField
from portal.core.tables import Window
from portal.core.viewer import Viewer
from portal.core.wildcards import ANYTHING, MOST, pieces
from portal.ngnpro import Pattern, beginning, errors

R = TypeVar("R")
F = TypeVar("F")

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

YEARS = range(1900, 9001)


def pattern(text: str) -> Pattern:
    """Turn what a person typed into an NGNPro filter text.

    ``*`` stands for anything; without one, the text is the beginning. All other characters mean themselves.
    """
    typed = text.strip()
    if not typed:
        return Pattern()
    return Pattern("%".join(map(escape_filter, pieces(typed)))) if ANYTHING in typed else beginning(typed)


def exact(text: str) -> str:
    """Turn what a person typed into a filter for the whole text, unless it has a wildcard of its own."""
    return pattern(text) if ANYTHING in text else text.strip()


def split_address(text: str, domain: str = "") -> tuple[str, str]:
    """Turn a typed username or address into filters for user and domain; the domain in it counts before ``domain``."""
    username, at, own_domain = text.strip().removeprefix("sip:").partition("@")
    return exact(username) if at else pattern(username), pattern(own_domain or domain)


class CleanForm(forms.Form):
    """A form that keeps out what no page can work with.

    That is what cannot be written in XML, and so reaches no NGNPro server (XML 1.0, section 2.2), and days so far away
    that the next one, or the same one in another time zone, does not exist.
    """

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and NOT_XML.search(value):
                self.add_error(name, forms.ValidationError(_("It holds a control character. Please type it anew.")))
            if isinstance(value, datetime.date) and value.year not in YEARS:
                self.add_error(name, _("Type a year from 1900 to 9000."))


class RecordForm(CleanForm, Generic[R]):
    """A form whose fields are fields of a record.

    ``sections`` are headings with the names of the fields below them. ``fault_fields`` says which field a fault code
    is about; a fault that names a member of the record finds its field by that name. ``beside``: members of the record
    that fields of other names make together, and their words, to be told apart when two people change one record.
    """

    room: ClassVar[str]
    record_class: ClassVar[type[Any]]
    sections: ClassVar[tuple[tuple[str | Promise, tuple[str, ...]], ...]]
    fault_fields: ClassVar[Mapping[int, str]] = {}
    beside: ClassVar[Mapping[str, str | Promise]] = {}
    template_name = "core/_form.html"

    def restrict(self, viewer: Viewer) -> None:
        """Close the fields that the viewer has no right to, and say beside them why.

        What is sent for a closed field is ignored, whatever was forged: the record keeps its value.
        """
        for name, field in self.fields.items():
            if reason := why_not_field(viewer, f"{self.room}.{name}"):
                close(field, reason)

    def restrict_to_server(self, knows: Callable[[type[Any], str], bool]) -> None:
        """Close the fields whose members the viewer's NGNPro server does not have."""
        members = {field.name for field in dataclasses.fields(self.record_class)}
        for name, field in self.fields.items():
            if name in members and not knows(self.record_class, name):
                close(field, _("This NGNPro server does not have it."))

    def start_with(self, values: Mapping[str, str]) -> None:
        """Take first values for open fields that have none; a closed field keeps what it has, whatever is given."""
        for name, field in self.fields.items():
            if name in values and not field.disabled:
                self.initial.setdefault(name, values[name])

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(*(Fieldset(heading, *names) for heading, names in self.present_sections()))
        return helper

    def present_sections(self) -> Iterator[tuple[str, list[str]]]:
        for heading, names in self.sections:
            if present := [name for name in names if name in self.fields]:
                yield str(heading), present

    @classmethod
    def initial_from(cls, record: R) -> dict[str, Any]:
        """Give the form's first values for a record that exists."""
        return {name: getattr(record, name) for name in cls.base_fields if hasattr(record, name)}

    def shown(self, record: R, name: str) -> Any:
        """Give what a field shows of a record; ``None`` where the field is about something else."""
        return getattr(record, name, None)

    def to_record(self, record: R | None = None) -> R:
        """Make the record, or change the fetched one in what the form shows: the rest of it survives."""
        values = self.record_values()
        if record is not None:
            return dataclasses.replace(record, **values)  # type: ignore[type-var]
        return self.record_class(**values)  # type: ignore[no-any-return]

    def record_values(self) -> dict[str, Any]:
        known = {field.name for field in dataclasses.fields(self.record_class)}
        return {name: value for name, value in self.cleaned_data.items() if name in known}

    def field_of(self, refusal: errors.Refusal) -> str:
        """Name the field that a refusal is about, as far as that is known."""
        return self.fault_fields.get(refusal.code) or _snake(refusal.field or "")

    def add_refusal(self, refusal: errors.Refusal) -> None:
        """Put a refusal beside the field it is about, or above the form; its notes, if any, say more than its code."""
        name = self.field_of(refusal)
        for what in getattr(refusal, "__notes__", None) or [explain(refusal).what]:
            self.add_error(name if name in self.fields else None, forms.ValidationError(what))


def close(field: forms.Field, reason: str) -> None:
    """Show a field that cannot be filled in, and why."""
    field.disabled = True
    field.required = False
    field.help_text = reason


def dress(form: forms.Form) -> None:
    """Give the fields of a form that crispy does not draw the classes of Bootstrap's fields."""
    for field in form.fields.values():
        css = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
        field.widget.attrs["class"] = f"{field.widget.attrs.get('class', '')} {css}".strip()


def digest(record: Any) -> str:
    """Fingerprint a record, to see on saving whether somebody else changed it meanwhile.

    It goes out with the form, so it is keyed: nobody finds a password in it by trying.
    """
    values = dataclasses.asdict(record)
    values.pop("source", None)
    text = json.dumps(values, sort_keys=True, default=str)
    return salted_hmac("portal.core.forms.digest", text, algorithm="sha256").hexdigest()


def _snake(wire_name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f"_{match[1].lower()}", wire_name.rpartition(".")[2])


@dataclasses.dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use, and the URL of the list without it."""

    text: str
    name: str
    url: str


class FilterForm(CleanForm, Generic[F]):
    """The filter row of a list; on a phone only the first field stays in sight."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)

    def to_filter(self) -> F:
        """Make the filter record of the query."""
        raise TypeError(f"{type(self).__name__} has to say what its filter is.")

    def _post_clean(self) -> None:
        super()._post_clean()
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and len(pieces(value)) > MOST:
                self.add_error(name, _("Type at most %(most)s times *.") % {"most": MOST})

    def in_use(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value}

    def describe(self, name: str, value: Any) -> str:
        """Say in words which value a filter has."""
        field = self.fields[name]
        if isinstance(field, CustomerField):
            return field.names.get(value) or str(value)
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
        return str(value)

    def chips(self, window: Window) -> list[Chip]:
        return [
            Chip(
                _("%(field)s: %(value)s") % {"field": self.fields[name].label, "value": self.describe(name, value)},
                str(self.fields[name].label),
                window.url_without(name),
            )
            for name, value in self.in_use().items()
        ]
