"""Renders form inputs and select menus without templates: the same HTML as Django's, in a tenth of the time.

A page with a filter row and a menu of time zones has about five hundred of them (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

Widget = Mapping[str, Any]


class Renderer(TemplatesSetting):
    """Django's usual renderer, except for the widgets that this module renders."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        draw = DRAWN.get(template_name)
        return draw(context["widget"]) if draw else SafeString(super().render(template_name, context, request))


def draw_input(widget: Widget) -> SafeString:
    """Render an ``<input>``."""
    value = widget["value"]
    shown = format_html(' value="{}"', value) if value is not None else ""
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], shown, flatatt(widget["attrs"])
    )


def draw_menu(widget: Widget) -> SafeString:
    """Render a ``<select>`` with its groups."""
    groups = [draw_group(name, choices) for name, choices, _index in widget["optgroups"]]
    inside = mark_safe("".join(groups))  # noqa: S308 - the groups are escaped already
    return format_html('<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), inside)


def draw_group(name: str | None, choices: list[Widget]) -> SafeString:
    """Render the choices of a group, inside an ``<optgroup>`` if the group has a name."""
    drawn = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((choice["value"], flatatt(choice["attrs"]), choice["label"]) for choice in choices),
    )
    return format_html('<optgroup label="{}">{}</optgroup>', name, drawn) if name else drawn


INPUTS = ("text", "number", "email", "url", "password", "hidden", "checkbox")
DRAWN: Mapping[str, Callable[[Widget], SafeString]] = {
    **{f"django/forms/widgets/{name}.html": draw_input for name in INPUTS},
    "django/forms/widgets/select.html": draw_menu,
}
