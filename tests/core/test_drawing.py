"""Form inputs and menus rendered by our own code equal those that Django's templates render."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from lxml import html

from portal.core.drawing import FormRenderer

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
    ],
)
def test_what_is_drawn_is_what_djangos_templates_draw(widget: Any, value: Any) -> None:
    made = widget(attrs=ATTRS)
    drawn, expected = (
        made.render("field", value, {"id": "id_field"}, one()) for one in (FormRenderer, TemplatesSetting)
    )
    assert tree(drawn) == tree(expected)


def test_the_portal_draws_its_forms_so() -> None:
    class AnyForm(forms.Form):
        name = forms.CharField()

    assert isinstance(AnyForm().renderer, FormRenderer)
