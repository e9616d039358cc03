"""The template tag of ``core/_field.html``, which crispy-forms renders for each field of a form."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.loader import get_template

from portal.core import drawing

register = template.Library()


@register.simple_tag(takes_context=True)
def draw_field(context: template.Context, field: BoundField) -> str:
    """Render a field; one that takes a file, by crispy-forms' own template."""
    if isinstance(field.field.widget, forms.FileInput):
        flat: Any = context.flatten()
        return get_template("bootstrap5/field.html").render(flat)
    return drawing.draw_field(field)
