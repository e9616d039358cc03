"""Template tags that show jobs on pages of other rooms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import template
from django.utils import timezone

from portal.core.access import may_open
from portal.core.viewer import Viewer
from portal.jobs.choices import JobState
from portal.jobs.services import jobs_of
from portal.jobs.showing import ShownJob

MOST = 5
RECENT = timedelta(days=7)

register = template.Library()


@register.inclusion_tag("jobs/_under_way.html")
def jobs_under_way(viewer: Viewer) -> dict[str, Any]:
    """Render the progress of the newest jobs that the viewer may see and that are running or paused."""
    if not may_open(viewer, "jobs:list"):
        return {"jobs": []}
    found = jobs_of(viewer).filter(started__isnull=False, state__in=(JobState.RUNNING, JobState.PAUSED))
    return {"jobs": [ShownJob(job) for job in found.order_by("-started")[:MOST]]}


@register.simple_tag
def troubled_jobs(viewer: Viewer) -> list[ShownJob]:
    """Return the newest jobs of the last week that the viewer may see and some of whose rows were not written."""
    if not may_open(viewer, "jobs:list"):
        return []
    ended = jobs_of(viewer).filter(state=JobState.FINISHED, ended__gte=timezone.now() - RECENT, undone_by=None)
    shown = [ShownJob(job) for job in ended.order_by("-ended")[:MOST]]
    return [one for one in shown if one.troubled]
