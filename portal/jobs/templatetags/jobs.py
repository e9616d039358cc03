"""Template tags that show jobs on pages of other rooms."""

from __future__ import annotations

from typing import Any

from django import template

from portal.core.access import may_open
from portal.core.viewer import Viewer
from portal.jobs.choices import JobState
from portal.jobs.services import jobs_of
from portal.jobs.showing import ShownJob

MOST = 5

register = template.Library()


@register.inclusion_tag("jobs/_under_way.html")
def jobs_under_way(viewer: Viewer) -> dict[str, Any]:
    """Render the progress of the newest jobs that the viewer may see and that are running or paused."""
    if not may_open(viewer, "jobs:list"):
        return {"jobs": []}
    found = jobs_of(viewer).filter(started__isnull=False, state__in=(JobState.RUNNING, JobState.PAUSED))
    return {"jobs": [ShownJob(job) for job in found.order_by("-started")[:MOST]]}
