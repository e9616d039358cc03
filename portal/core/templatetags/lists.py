"""Template tags of ``core/list.html``: the parts of a list that are rendered without templates."""

from __future__ import annotations

from django import template

from portal.core import list_drawing

register = template.Library()
for draw in (
    list_drawing.draw_customers,
    list_drawing.draw_filters,
    list_drawing.draw_head,
    list_drawing.draw_action_bar,
    list_drawing.draw_foot,
):
    register.simple_tag(draw)
