"""Base classes of forms: they turn input into records and put NGNPro's faults beside fields, without calling NGNPro."""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, Generic, TypeVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.core.access import why_not_field
from portal.core.error_pages import explain_error
from portal.core.fields import CustomerField, SecretField
from portal.core.input_help import show_examples
from portal.core.layouts import FieldSection, FoldedSections
from portal.core.rooms import field_rules
from portal.core.search_text import MOST_WILDCARDS, pattern_pieces
from portal.core.tables import Window
from portal.core.viewer import Role, Viewer
from portal.ngnpro import RecordPage, errors

R = TypeVar("R")
F = TypeVar("F")
Sections = tuple[tuple[str | Promise, tuple[str, ...]], ...]
T = TypeVar("T", bound="RecordPage[Any]")

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

YEARS = range(1900, 9001)


class CleanForm(forms.Form):
    """A form that refuses input that no page can process.

    This is text with characters that XML does not allow, which cannot be sent to NGNPro (XML 1.0, section 2.2), and
    dates so close to Python's limits that adding a day or changing the time zone would overflow.
    """

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and NOT_XML.search(value):
                self.add_error(name, forms.ValidationError(_("It contains a control character. Please type it again.")))
            if isinstance(value, datetime.date) and value.year not in YEARS:
                self.add_error(name, _("Type a year from 1900 to 9000."))


class RecordForm(CleanForm, Generic[R]):
    """A form whose fields are fields of a record.

    ``sections`` are headings with the names of the fields below them; those of ``more`` are folded until someone opens
    them, unless one of their fields has an error or another value than a new record has. ``fault_fields`` maps fault
    codes to fields; a fault that names a member of the record is shown at the field of that name. ``beside`` maps
    members of the record that several fields with other names make up to their labels, so that edit conflicts in them
    are shown.
    """

    room: ClassVar[str]
    record_class: ClassVar[type[Any]]
    sections: ClassVar[Sections]
    more: ClassVar[Sections] = ()
    fault_fields: ClassVar[Mapping[int, str]] = {}
    beside: ClassVar[Mapping[str, str | Promise]] = {}
    template_name = "core/_form.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        show_examples(self.fields.values())
        # values of folded fields that are nothing special, such as inherited ones
        self.usual: dict[str, Any] = {}
        # whether the link to the page asked for the folded fields
        self.is_unfolded = False

    def accept_stored(self) -> None:
        """Accept the stored values of the fields as they are, so that only what is changed is checked.

        Other clients may have stored values that this form would refuse, such as an empty name.
        """
        self.accepted = True
        for name, field in self.fields.items():
            if not _is_valid(field, self.initial.get(name)):
                field.required = False
                if isinstance(field.widget, forms.EmailInput | forms.URLInput):
                    field.widget.input_type = "text"  # browsers would refuse the stored value

    accepted = False

    def _post_clean(self) -> None:
        super()._post_clean()
        unchanged = self.fields.keys() - self.changed_data if self.accepted else ()
        for name in self.errors.keys() & unchanged:
            del self.errors[name]
            self.cleaned_data[name] = self.initial.get(name)

    def restrict(self, viewer: Viewer) -> None:
        """Disable the fields that the viewer has no right to change, and show why beside them.

        Values sent for a disabled field, forged or not, are ignored: the record keeps its value.
        """
        for name, field in self.fields.items():
            if reason := why_not_field(viewer, f"{self.room}.{name}"):
                disable_field(field, reason)
                if (rule := field_rules()[f"{self.room}.{name}"]).when_new is not None:
                    self.initial.setdefault(name, rule.when_new)

    def restrict_to_server(self, knows: Callable[[type[Any], str], bool]) -> None:
        """Disable the fields whose members the viewer's NGNPro server does not have."""
        members = {field.name for field in dataclasses.fields(self.record_class)}
        for name, field in self.fields.items():
            if name in members and not knows(self.record_class, name):
                disable_field(field, _("This NGNPro server does not have it."))

    def start_with(self, values: Mapping[str, str]) -> None:
        """Set initial values of enabled fields that have none; disabled fields are not changed."""
        for name, field in self.fields.items():
            if name in values and not field.disabled:
                self.initial.setdefault(name, values[name])

    @property
    def helper(self) -> FormHelper:
        parts = [FieldSection(heading, *names) for heading, names in self.present_sections()]
        folded = [FieldSection(heading, *names) for heading, names in self._present(self.more)]
        return layout_helper(self, *parts, *([FoldedSections(*folded, is_open=self.has_unusual())] if folded else []))

    def present_sections(self) -> Iterator[tuple[str, list[str]]]:
        return self._present(self.sections)

    def _present(self, sections: Sections) -> Iterator[tuple[str, list[str]]]:
        for heading, names in sections:
            if present := [name for name in names if name in self.fields]:
                yield str(heading), present

    def has_unusual(self) -> bool:
        """Return whether a folded field was asked for, has an error, or a value that it does not begin with."""
        if self.is_unfolded:
            return True
        names = [name for _heading, present in self._present(self.more) for name in present]
        errors_of = self.errors if self.is_bound else {}
        return any(name in errors_of or self._is_unusual(name) for name in names)

    def _is_unusual(self, name: str) -> bool:
        field = self.fields[name]
        if field.disabled or isinstance(field, SecretField):
            return False
        usual = self.usual.get(name, field.initial)
        return (self[name].value() or "") != (field.prepare_value(usual) or "")

    @classmethod
    def initial_from(cls, record: R) -> dict[str, Any]:
        """Return the initial values of the form for an existing record."""
        return {name: getattr(record, name) for name in cls.base_fields if hasattr(record, name)}

    def shown(self, record: R, name: str) -> Any:
        """Return what a field shows of a record; ``None`` if the field is not a member of the record."""
        return getattr(record, name, None)

    def to_record(self, record: R | None = None) -> R:
        """Return a new record, or the fetched one with the values of the form; its other members are unchanged."""
        values = self.record_values()
        if record is not None:
            return dataclasses.replace(record, **values)  # type: ignore[type-var]
        return self.record_class(**values)  # type: ignore[no-any-return]

    def record_values(self) -> dict[str, Any]:
        known = {field.name for field in dataclasses.fields(self.record_class)}
        return {name: value for name, value in self.cleaned_data.items() if name in known}

    def field_of(self, refusal: errors.Refusal) -> str:
        """Return the name of the field that a refusal is about; empty if unknown."""
        return self.fault_fields.get(refusal.code) or _snake(refusal.field or "")

    def add_refusal(self, refusal: errors.Refusal) -> None:
        """Add a refusal as an error of its field or of the form; its notes, if any, replace its explanation."""
        name = self.field_of(refusal)
        for what in getattr(refusal, "__notes__", None) or [explain_error(refusal).what]:
            self.add_error(name if name in self.fields else None, forms.ValidationError(what))


def _is_valid(field: forms.Field, value: Any) -> bool:
    try:
        field.clean(value)
    except forms.ValidationError:
        return False
    return True


@contextmanager
def refusal_shown_at(form: forms.BaseForm, field: str) -> Iterator[None]:
    """If NGNPro refuses what the block does, add its explanation as an error of a field, and go on after the block."""
    try:
        yield
    except errors.Refusal as refusal:
        form.add_error(field, forms.ValidationError(explain_error(refusal).what))


def layout_helper(form: forms.BaseForm, *parts: Any) -> FormHelper:
    """Return crispy-forms' helper that lays out these parts of a form; the template around it has the form's tag."""
    helper = FormHelper(form)
    helper.form_tag = False
    helper.disable_csrf = True
    helper.field_template = "core/_field.html"
    helper.layout = Layout(*parts)
    return helper


def disable_field(field: forms.Field, reason: str | Promise) -> None:
    """Disable a field and show the reason as its help text."""
    field.disabled = True
    field.required = False
    field.help_text = str(reason)


_CSS = {forms.CheckboxInput: "form-check-input"}


def add_css_classes(form: forms.Form) -> None:
    """Add Bootstrap's CSS classes to the fields of a form that is not rendered by crispy-forms."""
    for field in form.fields.values():
        css = _CSS.get(type(field.widget), "form-select" if isinstance(field.widget, forms.Select) else "form-control")
        field.widget.attrs["class"] = f"{field.widget.attrs.get('class', '')} {css}".strip()


def record_digest(record: Any) -> str:
    """Return a fingerprint of a record, to detect on saving that another user has changed it since.

    It is sent with the form, so it is keyed: passwords cannot be found from it by brute force.
    """
    values = dataclasses.asdict(record)
    values.pop("source", None)
    text = json.dumps(values, sort_keys=True, default=str)
    return salted_hmac("portal.core.forms.record_digest", text, algorithm="sha256").hexdigest()


def _snake(wire_name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f"_{match[1].lower()}", wire_name.rpartition(".")[2])


@dataclasses.dataclass(frozen=True, slots=True)
class Chip:
    """An active filter, and the URL of the list without it."""

    text: str
    name: str
    url: str


class FilterForm(CleanForm, Generic[F]):
    """The filters of a list: a search box, which is the first field, and others, which are shown when asked for.

    ``segments`` is the name of a field with a few choices, which are shown as links beside the search box.
    ``unshown`` are the names of fields that are of no use to the viewer.
    ``searched`` is the label of what the text of the search box was found in, if that is not the label of its field.
    """

    use_required_attribute = False
    segments: ClassVar[str] = ""
    unshown: frozenset[str] = frozenset()
    searched: str | Promise = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_css_classes(self)

    def to_filter(self) -> F:
        """Return the filter record of the query."""
        raise TypeError(f"{type(self).__name__} has to say what its filter is.")

    def other_filters(self) -> Iterator[tuple[str | Promise, F]]:
        """Yield further filters for the text of the search box, to be used in this order if nothing is found.

        Each has the label of what it searches. NGNPro combines the conditions of one filter with "and" only.
        """
        yield from ()

    def first_that_finds(self, find: Callable[[F], T]) -> T:
        """Return the page that the filter finds or, if it is empty, that of the first other filter that finds some."""
        found = find(self.to_filter())
        if not found.total:
            for label, conditions in self.other_filters():
                other = find(conditions)
                if other.total:
                    self.searched = label
                    return other
        return found

    def drop_useless(self, viewer: Viewer) -> None:
        """Do not show filters by customers to a customer, nor that by reseller to a reseller, who own all they see."""
        role = viewer.effective_role
        if role in (Role.CUSTOMER, Role.RESELLER):
            names = {name for name, field in self.fields.items() if isinstance(field, CustomerField)}
            self.unshown = frozenset(names if role is Role.CUSTOMER else names & {"reseller"})

    def label_of(self, name: str) -> str:
        """Return the label of a filter in use; that of the search box says what its text was found in."""
        is_search = bool(self.searched) and name == next(iter(self.fields))
        return str(self.searched if is_search else self.fields[name].label)

    def _post_clean(self) -> None:
        super()._post_clean()
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and len(pattern_pieces(value)) > MOST_WILDCARDS:
                self.add_error(name, _("Use * at most %(most)s times.") % {"most": MOST_WILDCARDS})

    def in_use(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value}

    def describe(self, name: str, value: Any) -> str:
        """Return the value of a filter as text for display."""
        field = self.fields[name]
        if isinstance(field, CustomerField):
            return field.names.get(value) or str(value)
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
        return str(value)

    def chips(self, window: Window) -> list[Chip]:
        return [
            Chip(
                _("%(field)s: %(value)s") % {"field": self.label_of(name), "value": self.describe(name, value)},
                self.label_of(name),
                window.url_without(name),
            )
            for name, value in self.in_use().items()
        ]
