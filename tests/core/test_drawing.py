"""Form inputs and menus rendered by our own code equal those that Django's templates render."""

from __future__ import annotations

from typing import Any

import pytest
from crispy_forms.layout import Fieldset
from crispy_forms.utils import render_crispy_form
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.html import escape
from lxml import html

from portal.core.drawing import FormRenderer, draw_field
from portal.core.forms import layout_helper
from portal.core.layouts import FieldSection
from portal.core.zone_fields import LongMenu, TimeZoneField

CHOICES = [
    ("", "Anything"),
    ("a<b", 'A "quoted" & marked one'),
    (7, "Seven"),
    ("Group & more", [("x", "X"), ("y", "Y")]),
]
ATTRS = {"class": "form-control", "hx-get": "/x/?a=1&b=2", "autofocus": True, "maxlength": 320, "spellcheck": False}


def tree(text: str) -> Any:
    """Parse HTML so that the order of attributes and the white space between elements do not matter."""
    [element] = html.fragments_fromstring(text.strip())
    return [(one.tag, sorted(one.attrib.items()), (one.text or "").strip()) for one in element.iter()]


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.TextInput, 'a "quoted" <b>value</b> & more'),
        (forms.TextInput, None),
        (forms.TextInput, ""),
        (forms.NumberInput, 12345),
        (forms.NumberInput, 1234.5),
        (forms.EmailInput, "ada@example.com"),
        (forms.URLInput, "https://example.com/?a=1&b=2"),
        (forms.PasswordInput, "secret"),
        (forms.HiddenInput, "x"),
        (forms.CheckboxInput, True),
        (forms.CheckboxInput, False),
        (forms.CheckboxInput, "on & off"),
        (lambda attrs: forms.Select(attrs, CHOICES), "a<b"),
        (lambda attrs: forms.Select(attrs, CHOICES), 7),
        (lambda attrs: forms.Select(attrs, CHOICES), "y"),
        (lambda attrs: forms.Select(attrs, CHOICES), None),
        (lambda attrs: forms.SelectMultiple(attrs, CHOICES), ["x", "a<b"]),
        (lambda attrs: forms.RadioSelect(attrs, CHOICES), "x"),
        (forms.Textarea, "<b>"),
        (forms.Textarea, "two\nlines & </textarea>"),
        (forms.Textarea, "\nafter an empty line"),
        (forms.Textarea, ""),
        (forms.Textarea, None),
    ],
)
def test_drawn_rows_equal_those_of_djangos_templates(widget: Any, value: Any) -> None:
    made = widget(attrs=ATTRS)
    drawn, expected = (
        made.render("field", value, {"id": "id_field"}, one()) for one in (FormRenderer, TemplatesSetting)
    )
    assert tree(drawn) == tree(expected)


@pytest.mark.parametrize("value", ["Europe/Amsterdam", "a<b", "", None, "not there", '" selected>'])
def test_a_long_menu_is_drawn_as_a_short_one(value: str | None) -> None:
    choices = [("", "None"), ("a<b", "A & b"), ("Europe/Amsterdam", "Europe/Amsterdam"), ("Europe", "Europe")]
    drawn, expected = (
        kind(ATTRS, choices).render("zone", value, {"id": "id_zone"}, TemplatesSetting())
        for kind in (LongMenu, forms.Select)
    )
    assert tree(drawn) == tree(expected)


class EveryKind(forms.Form):
    text = forms.CharField(label="A <b>text</b>", help_text="Anything, or more")
    optional = forms.CharField(required=False, label="", widget=forms.TextInput(attrs={"class": "mono"}))
    closed = forms.CharField(required=False, disabled=True, initial="kept")
    number = forms.IntegerField(min_value=1, max_value=9)
    lines = forms.CharField(widget=forms.Textarea, help_text="One per line")
    password = forms.CharField(widget=forms.PasswordInput)
    menu = forms.ChoiceField(choices=CHOICES, help_text="Pick one")
    several = forms.MultipleChoiceField(choices=CHOICES, widget=forms.SelectMultiple)
    boxes = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple, help_text="Any of them")
    buttons = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect, required=False)
    agreed = forms.BooleanField(label="I agree", help_text="To everything")
    shown = forms.BooleanField(required=False)
    hidden = forms.CharField(widget=forms.HiddenInput)
    file = forms.FileField(help_text="At most 1 MB")


WELL = {
    "text": "x",
    "number": 3,
    "lines": "a\nb",
    "menu": "y",
    "several": ["x", "y"],
    "boxes": ["a<b", "x"],
    "buttons": "7",
    "agreed": "on",
    "hidden": "h",
}


@pytest.mark.parametrize("data", [None, {}, WELL], ids=["new", "with errors", "filled in"])
@pytest.mark.parametrize("name", EveryKind.base_fields)
def test_a_field_is_drawn_as_crispy_forms_draws_it(name: str, data: dict[str, Any] | None) -> None:
    ours, theirs = (field_by(template, EveryKind(data), name) for template in ("core/_field.html", None))
    assert tree(ours) == tree(theirs)


def test_a_section_is_drawn_as_a_fieldset_of_crispy_forms() -> None:
    drawn, expected = (sections_by(kind, EveryKind(WELL)) for kind in (FieldSection, EscapedFieldset))
    assert tree(drawn) == tree(expected)


def sections_by(kind: type[Fieldset], form: forms.Form) -> str:
    """Return all fields of a form below a heading."""
    return str(render_crispy_form(form, layout_helper(form, kind("A <b> & more", *form.fields))))


class EscapedFieldset(Fieldset):
    """crispy-forms' own, whose heading is a template and therefore HTML."""

    def __init__(self, legend: str, *fields: str) -> None:
        super().__init__(escape(legend), *fields)


def test_time_zones_are_offered_without_being_copied_or_normalized_for_each_form() -> None:
    class WithZone(forms.Form):
        zone = TimeZoneField()
        same = TimeZoneField(required=False)

    first, other = WithZone({"zone": "Europe/Amsterdam"}), WithZone({"zone": "Mars/Olympus"})
    choices: Any = [form.fields[name].choices for form in (first, other) for name in ("zone", "same")]
    assert len({id(one) for one in choices}) == 1
    assert first.is_valid()
    assert not other.is_valid()
    assert '<option value="America/New_York">New York (America)</option>' in str(first)
    assert [one for one in choices[0] if one[0] == "UTC"] == [("UTC", "UTC")]


def field_by(template: str | None, form: forms.Form, name: str) -> str:
    """Return a field as crispy-forms lays it out, rendered by a template; by its own with ``None``."""
    helper = layout_helper(form, name)
    helper.field_template = template
    return str(render_crispy_form(form, helper))


def test_the_help_text_of_a_field_is_escaped() -> None:
    class OneField(forms.Form):
        name = forms.CharField(help_text="<script>")

    assert "&lt;script&gt;" in draw_field(OneField()["name"])


def test_the_portal_draws_its_forms_so() -> None:
    class AnyForm(forms.Form):
        name = forms.CharField()

    assert isinstance(AnyForm().renderer, FormRenderer)
