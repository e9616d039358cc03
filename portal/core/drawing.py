"""Renders inputs, menus and whole fields of forms without templates: the same HTML in a tenth of the time.

A page with a filter row and a menu of time zones has about five hundred of them (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString

from portal.core.markup import escaped, joined, markup

Widget = Mapping[str, Any]


class FormRenderer(TemplatesSetting):
    """Django's usual renderer, except for the widgets that this module renders."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        draw = DRAWN.get(template_name)
        return draw(context["widget"]) if draw else SafeString(super().render(template_name, context, request))


def draw_input(widget: Widget) -> SafeString:
    """Render an ``<input>``."""
    value = widget["value"]
    shown = markup(' value="{}"', value) if value is not None else ""
    return markup('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], shown, attributes(widget["attrs"]))


def draw_textarea(widget: Widget) -> SafeString:
    """Render a ``<textarea>``; browsers leave out the line break at its start."""
    text = widget["value"] or ""
    return markup('<textarea name="{}"{}>\n{}</textarea>', widget["name"], attributes(widget["attrs"]), text)


def draw_menu(widget: Widget) -> SafeString:
    """Render a ``<select>`` with its groups."""
    inside = joined([draw_options(name, choices) for name, choices, _index in widget["optgroups"]])
    return markup('<select name="{}"{}>{}</select>', widget["name"], attributes(widget["attrs"]), inside)


def draw_long_menu(name: str, attrs: Mapping[str, Any], choices: tuple[tuple[str, str], ...], value: str) -> SafeString:
    """Render a ``<select>`` of plain choices, none of which is in a group, with the one for the value selected."""
    inside = _long_options(choices)
    option = f'<option value="{escape(value)}"'
    chosen = SafeString(inside.replace(f"{option}>", f"{option} selected>", 1))
    return markup('<select name="{}"{}>{}</select>', name, attributes(attrs), chosen)


@lru_cache(maxsize=16)
def _long_options(choices: tuple[tuple[str, str], ...]) -> SafeString:
    return joined([markup('<option value="{}">{}</option>', value, label) for value, label in choices])


def draw_options(name: str | None, choices: list[Widget]) -> SafeString:
    """Render the choices of a group, inside an ``<optgroup>`` if the group has a name."""
    options = joined([draw_option(choice) for choice in choices])
    return markup('<optgroup label="{}">{}</optgroup>', name, options) if name else options


def draw_option(choice: Widget) -> str:
    """Render one choice."""
    attrs = attributes(choice["attrs"]) if choice["attrs"] else ""
    return f'<option value="{escaped(choice["value"])}"{attrs}>{escaped(choice["label"])}</option>'


def attributes(values: Mapping[str, Any]) -> SafeString:
    """Render HTML attributes, as Django does: those that are true without a value, none that is false or ``None``."""
    pairs = [(name, value) for name, value in values.items() if value is not None and value is not False]
    return joined([f" {name}" if value is True else f' {name}="{escaped(value)}"' for name, value in pairs])


def draw_field(field: BoundField) -> SafeString:
    """Render a field of a form: its label, its widget, its errors and its help text, as crispy-forms does."""
    if field.is_hidden:
        return SafeString(field)
    css = f" {field.css_classes()}" if field.css_classes() else ""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        inside = [draw_widget(field, "form-check-input"), draw_label(field, "form-check-label"), below_field(field)]
        box = '<div class="mb-3"><div id="div_{}" class="form-check{}">{}</div></div>'
        return markup(box, field.auto_id, css, joined(inside))
    label = draw_label(field, "form-label")
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        inside = [label, markup("<div>{}</div>", joined(_draw_boxes(field))), draw_help(field)]
    else:
        css_class = "form-select" if isinstance(widget, forms.Select) else "form-control"
        inside = [label, draw_widget(field, css_class), below_field(field)]
    if field.use_fieldset and field.label:
        about = {"aria-describedby": field.aria_describedby or None}
        inside = [markup("<fieldset{}>{}</fieldset>", attributes(about), joined(inside))]
    return markup('<div id="div_{}" class="mb-3{}">{}</div>', field.auto_id, css, joined(inside))


def draw_label(field: BoundField, css: str) -> SafeString:
    """Render the label of a field, as a legend if it has several inputs, with a star if it is required."""
    if not field.label:
        return SafeString()
    is_legend = field.use_fieldset
    target = {"for": None if is_legend else field.id_for_label or None}
    names = (css, "requiredField" if field.field.required else "", "fs-6" if is_legend else "")
    star = SafeString('<span class="asteriskField">*</span>') if field.field.required else ""
    tag, classes = "legend" if is_legend else "label", " ".join(filter(None, names))
    return markup('<{}{} class="{}">{}{}</{}>', tag, attributes(target), classes, field.label, star, tag)


def draw_widget(field: BoundField, css_class: str) -> SafeString:
    """Render the widget of a field with Bootstrap's class, and the class for errors if it has some."""
    widget = field.field.widget
    own = str(widget.attrs.get("class", ""))
    kind = type(widget).__name__.lower()
    names = [own, "" if kind in own else kind, css_class, "is-invalid" if field.errors else ""]
    return SafeString(field.as_widget(attrs={"class": " ".join(filter(None, names))}))


def _draw_boxes(field: BoundField) -> Iterator[SafeString]:
    """Yield the choices of a field with radio buttons or checkboxes; its errors are below the last one."""
    widget = field.field.widget
    attrs = field.build_widget_attrs({"id": field.auto_id}, widget)
    groups = widget.get_context(field.html_name, field.value(), attrs)["widget"]["optgroups"]
    css = "form-check-input is-invalid" if field.errors else "form-check-input"
    for place, (group, choices, _index) in enumerate(groups, 1):
        if group:
            yield markup("<strong>{}</strong>", group)
        for choice in choices:
            is_last = place == len(groups) and choice is choices[-1]
            box = '<input type="{}" class="{}" name="{}" value="{}"{}>'
            attrs = {name: value for name, value in choice["attrs"].items() if name != "class"}
            drawn = markup(box, choice["type"], css, field.html_name, choice["value"], attributes(attrs))
            label = markup(
                '<label for="{}" class="form-check-label">{}</label>', choice["attrs"]["id"], choice["label"]
            )
            errors = draw_errors(field, "p") if is_last else ""
            yield markup('<div class="form-check">{}{}{}</div>', drawn, label, errors)


def below_field(field: BoundField) -> SafeString:
    """Render what is below the widget of a field: its errors and its help text."""
    return markup("{}{}", draw_errors(field, "span"), draw_help(field))


def draw_errors(field: BoundField, tag: str) -> SafeString:
    """Render the errors of a field, each in an element with this tag."""
    errors: Any = field.errors
    if not errors:
        return SafeString()
    lines = [
        markup('<{} id="error_{}_{}"><strong>{}</strong></{}>', tag, number, field.auto_id, error, tag)
        for number, error in enumerate(errors, 1)
    ]
    return markup('<div id="{}_error" class="invalid-feedback">{}</div>', errors.field_id, joined(lines))


def draw_help(field: BoundField) -> SafeString:
    """Render the help text of a field."""
    if not field.help_text:
        return SafeString()
    return markup('<div id="{}_helptext" class="form-text">{}</div>', field.auto_id, field.help_text)


INPUTS = ("text", "number", "email", "url", "password", "hidden", "checkbox")
DRAWN: Mapping[str, Callable[[Widget], SafeString]] = {
    **{f"django/forms/widgets/{name}.html": draw_input for name in INPUTS},
    "django/forms/widgets/select.html": draw_menu,
    "django/forms/widgets/textarea.html": draw_textarea,
}
