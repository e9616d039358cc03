"""The base class of the pages about jobs, which makes new jobs and plans them."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from portal.core.views import PortalView
from portal.jobs import engine, services
from portal.jobs.models import Job

INLINE_SECONDS = 2.0  # of planning before the page with the plan is shown


class JobView(PortalView):
    """A page about jobs."""

    def new_job(self) -> Job:
        """Return a new job of the viewer, which is not stored yet."""
        return services.new_job(self.request.viewer, self.request.session, self.request.writes.author.source)

    def start_planning(self, job: Job) -> None:
        """Plan the job for a moment, which is enough for most; a worker plans the rest."""
        engine.work(INLINE_SECONDS, job)

    def to_job(self, job: Job) -> HttpResponse:
        """Redirect to the page of a job."""
        return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))
