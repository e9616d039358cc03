"""Template tags that show parts of the journal on pages of other rooms."""

from __future__ import annotations

from typing import Any

from django import template

from portal.core.access import may_open
from portal.core.customer_names import CustomerNames
from portal.core.viewer import Viewer
from portal.journal.keeper import summary_of
from portal.journal.readers import in_doubt_of, visible_to
from portal.journal.showing import ShownEntry

LATEST = 6

register = template.Library()


@register.inclusion_tag("journal/_in_doubt.html")
def writes_in_doubt(viewer: Viewer) -> dict[str, Any]:
    """Render the viewer's own latest changes whose outcome is unknown."""
    writes = [(entry, summary_of(entry)) for entry in in_doubt_of(viewer)]
    return {"writes": writes, "has_pages": may_open(viewer, "journal:detail")}


@register.inclusion_tag("journal/_latest.html")
def latest_changes(viewer: Viewer, names: CustomerNames) -> dict[str, Any]:
    """Render the newest entries that the viewer may read, in words."""
    if not may_open(viewer, "journal:list"):
        return {"entries": [], "has_pages": False}
    found = visible_to(viewer).exclude(kind="").order_by("-pk")[:LATEST]
    return {"entries": [ShownEntry(entry, viewer, names) for entry in found], "has_pages": True}
