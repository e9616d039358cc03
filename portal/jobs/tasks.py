"""The Celery tasks of jobs. They carry nothing: what is to be done is in the portal's database."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.celery import app

from . import engine
from .choices import WORKED_ON
from .models import KEEP, Job

# A task that has waited this long is dropped, so that the queue does not grow; the sweep starts new ones.
EXPIRES = 60


@app.task
def work_on_jobs() -> None:
    """Work on a job for a slice of time, and queue for the next slice behind other tasks."""
    if engine.work():
        work_on_jobs.apply_async(expires=EXPIRES)


@app.task
def sweep() -> None:
    """Start working on jobs that no worker has worked on lately, e.g. because it was killed."""
    now = timezone.now()
    neglected = timedelta(seconds=3 * settings.JOB_SLICE_SECONDS)
    due = Job.objects.filter(state__in=WORKED_ON, due__lte=now, claimed_until__lte=now)
    if due.filter(sliced__lt=now - neglected).exists():
        work_on_jobs.apply_async(expires=EXPIRES)


@app.task
def clean_up() -> int:
    """Delete jobs that are older than 30 days; returns how many."""
    _rows, by_model = Job.objects.filter(made__lt=timezone.now() - KEEP).exclude(state__in=WORKED_ON).delete()
    return by_model.get(Job._meta.label, 0)


def wake_worker() -> None:
    """Start working once the current transaction is committed; if the broker does not answer, the sweep starts it."""
    transaction.on_commit(lambda: work_on_jobs.apply_async(expires=EXPIRES), robust=True)
