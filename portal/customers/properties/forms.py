"""The form of a customer's properties: a field for each, disabled if the viewer may not change it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.customer_properties import PropertyType
from ngnpro_wire.facts.truth import is_true
from portal.core.error_pages import explain_error
from portal.core.fields import EmailField, SecretField
from portal.core.forms import RecordForm
from portal.core.viewer import Viewer
from portal.ngnpro import errors
from portal.ngnpro.records import CustomerAccount, CustomerProperty

from .choices import ShownProperty, group_properties, may_change, who_may_change

TEXT_LENGTH = 4000
URL_LENGTH = 1000
LARGEST = 1_000_000_000
SWITCHES = (("", gettext_lazy("The platform's")), ("1", gettext_lazy("Yes")), ("0", gettext_lazy("No")))


class PropertiesForm(RecordForm[CustomerAccount]):
    """A form with all known and stored properties of a customer; only changed ones are sent.

    ``record`` is the customer, or ``None`` while NGNPro is down and only what was typed is known.
    ``watches``: whether the server raises alarms about calls.
    """

    record_class = CustomerAccount
    prefix = "property"

    def __init__(self, *args: Any, record: CustomerAccount | None, watches: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record = record
        self.watches = watches
        self.stored = {entry.name: entry for entry in (record.properties if record else self._typed())}
        self.meanings: dict[str, ShownProperty] = {}
        for _title, meanings in self._groups():
            for meaning in meanings:
                value = self.stored[meaning.name].value if meaning.name in self.stored else ""
                self.meanings[meaning.name] = meaning
                self.fields[meaning.name] = fitting_field(meaning, value)
                self.initial[meaning.name] = field_value(meaning, value)

    @classmethod
    def initial_from(cls, record: CustomerAccount) -> dict[str, Any]:
        """Return nothing: ``__init__`` sets the initial values from the record."""
        return {}

    def present_sections(self) -> Iterator[tuple[str, list[str]]]:
        for title, meanings in self._groups():
            yield str(title), [meaning.name for meaning in meanings]

    def restrict(self, viewer: Viewer) -> None:
        """Disable the properties that the viewer may not change, and show who may."""
        is_child = self.record is not None and self.record.id != viewer.own_customer
        for name, field in self.fields.items():
            meaning = self.meanings[name]
            if not may_change(meaning, viewer.effective_role, is_child=is_child):
                field.disabled = True
                field.help_text = _("Changed by: %(who)s.") % {"who": who_may_change(meaning)}

    def shown(self, record: CustomerAccount, name: str) -> Any:
        return field_value(self.meanings[name], record.get_property(name))

    def to_record(self, record: CustomerAccount | None = None) -> CustomerAccount:
        """Return the record with the properties changed in the form; all others are unchanged."""
        record = record or CustomerAccount()
        changed = {entry.name: entry for entry in self._changed()}
        kept = tuple(changed.pop(entry.name, entry) for entry in record.properties)
        return dataclasses.replace(record, properties=(*kept, *changed.values()))

    def add_refusal(self, refusal: errors.Refusal) -> None:
        """Add a refusal as an error of the property that NGNPro's text names, or of the form."""
        words = (word.strip(".,:;") for word in refusal.text.split())
        name = next((word for word in words if word in self.fields), None)
        self.add_error(name, forms.ValidationError(explain_error(refusal).what))

    def _groups(self) -> Iterator[tuple[Any, list[ShownProperty]]]:
        return group_properties(tuple(self.stored.values()), offered=True, watches=self.watches)

    def _typed(self) -> Iterator[CustomerProperty]:
        start = f"{self.prefix}-"
        for name in self.data:
            if name.startswith(start):
                yield CustomerProperty(name=name.removeprefix(start), value="")

    def _changed(self) -> Iterator[CustomerProperty]:
        for name, typed in self.cleaned_data.items():
            meaning, stored = self.meanings[name], self.stored.get(name)
            is_kept_secret = meaning.facts.type is PropertyType.SECRET and not typed
            if self.fields[name].disabled or is_kept_secret or typed == self._cleaned_before(name):
                continue
            value = property_text(typed)
            if stored is not None:
                yield dataclasses.replace(stored, value=value)
            else:
                yield CustomerProperty(
                    name=name, value=value, category=meaning.facts.category, permission=meaning.facts.permission
                )

    def _cleaned_before(self, name: str) -> Any:
        """Return the stored value cleaned like typed input, so that another spelling does not count as a change."""
        return self.fields[name].clean(self.initial[name])


def fitting_field(meaning: ShownProperty, value: str) -> forms.Field:
    """Return a form field of the property's type, or a text field if the stored value is not of that type."""
    field = make_field(meaning, meaning.facts.type)
    try:
        field.clean(field_value(meaning, value))
    except forms.ValidationError:
        field = make_field(dataclasses.replace(meaning, field=None), PropertyType.TEXT)
    if isinstance(field.widget, forms.TextInput) and "\n" in value:
        field.widget = forms.Textarea(attrs={"rows": 3})
    return field


def make_field(meaning: ShownProperty, kind: PropertyType) -> forms.Field:
    words: dict[str, Any] = {"label": meaning.label, "help_text": meaning.help, "required": False}
    if meaning.field is not None and kind is meaning.facts.type:
        return meaning.field(**words)
    match kind:
        case PropertyType.FLAG:
            return forms.BooleanField(**words)
        case PropertyType.SWITCH:
            return forms.ChoiceField(choices=SWITCHES, **words)
        case PropertyType.NUMBER:
            return forms.IntegerField(min_value=0, max_value=LARGEST, **words)
        case PropertyType.URL:
            return forms.URLField(max_length=URL_LENGTH, assume_scheme="https", **words)
        case PropertyType.EMAIL:
            return EmailField(**words)
        case PropertyType.SECRET:
            secret_help = _("It is never shown. Empty leaves it as it is.")
            return SecretField(max_length=TEXT_LENGTH, **words | {"help_text": secret_help})
        case _:
            return forms.CharField(max_length=TEXT_LENGTH, **words)


def field_value(meaning: ShownProperty, value: str) -> str | bool:
    """Return the stored text of a property as the value of its field."""
    if meaning.facts.type is PropertyType.FLAG:
        return is_true(value)
    if meaning.facts.type is PropertyType.SWITCH:
        return "" if not value.strip() else "1" if is_true(value) else "0"
    return value


def property_text(typed: Any) -> str:
    """Return the value of a field as the text of a property; yes is 1 and no is 0, which every client understands."""
    if isinstance(typed, bool):
        return "1" if typed else "0"
    return "" if typed is None else str(typed)
