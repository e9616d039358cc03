"""Template tags that show parts of the journal on pages of other rooms."""

from __future__ import annotations

from typing import Any

from django import template

from portal.core.access import may_open
from portal.core.viewer import Viewer
from portal.journal.keeper import summary_of
from portal.journal.readers import in_doubt_of

register = template.Library()


@register.inclusion_tag("journal/_in_doubt.html")
def writes_in_doubt(viewer: Viewer) -> dict[str, Any]:
    """Render the viewer's own latest changes whose outcome is unknown."""
    writes = [(entry, summary_of(entry)) for entry in in_doubt_of(viewer)]
    return {"writes": writes, "has_pages": may_open(viewer, "journal:detail")}
