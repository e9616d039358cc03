"""The template tag that says, on pages of what SIP proxies hold in their memory, whether it is in force."""

from __future__ import annotations

from typing import Any

from django import template

from portal.core.access import may_open
from portal.proxies.services import in_force as state_of

register = template.Library()


@register.inclusion_tag("proxies/_in_force.html", takes_context=True)
def in_force(context: template.Context, topics: str) -> dict[str, Any]:
    """Render whether the latest changes of topics, separated by spaces, are in force.

    Nothing is rendered where the server tells no SIP proxies of changes.
    """
    request, names = context["request"], topics.split()
    shown = bool(names) and may_open(request.viewer, "proxies:list")
    return {
        "request": request,
        "viewer": request.viewer,
        "topics": names,
        "force": state_of(request.ngnpro, names) if shown else None,
    }
