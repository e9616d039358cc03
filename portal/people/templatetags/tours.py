"""The template tag that shows the tour on the start pages."""

from __future__ import annotations

from typing import Any

from django import template

from portal.people.tours import STEP, steps_of

register = template.Library()


@register.inclusion_tag("people/_tour.html", takes_context=True)
def tour(context: template.Context) -> dict[str, Any]:
    """Render the step that is shown in this session, if any."""
    request, viewer = context["request"], context["viewer"]
    number, steps = request.session.get(STEP), steps_of(viewer)
    if not isinstance(number, int) or not 0 <= number < len(steps):
        return {"step": None, "csrf_token": context["csrf_token"]}
    return {
        "step": steps[number],
        "url": steps[number].url(viewer),
        "number": number + 1,
        "count": len(steps),
        "before": number - 1 if number else None,
        "after": number + 1 if number + 1 < len(steps) else None,
        "csrf_token": context["csrf_token"],
    }
