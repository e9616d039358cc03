"""Renders form inputs and select menus without templates: the same HTML as Django's, in a tenth of the time.

A page with a filter row and a menu of time zones has about five hundred of them (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

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


def draw_menu(widget: Widget) -> SafeString:
    """Render a ``<select>`` with its groups."""
    inside = joined([draw_options(name, choices) for name, choices, _index in widget["optgroups"]])
    return markup('<select name="{}"{}>{}</select>', widget["name"], attributes(widget["attrs"]), inside)


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


INPUTS = ("text", "number", "email", "url", "password", "hidden", "checkbox")
DRAWN: Mapping[str, Callable[[Widget], SafeString]] = {
    **{f"django/forms/widgets/{name}.html": draw_input for name in INPUTS},
    "django/forms/widgets/select.html": draw_menu,
}
