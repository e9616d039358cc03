"""The Celery tasks of jobs. What is to be done is in the portal's database, not in their messages.

A fixed number of tasks works on jobs, the lanes. Each works for a slice of time and queues itself again behind other
tasks, such as mails, until there is nothing to do. The message of a lane has the lane's token, so that one that the
broker delivers twice, or that was taken for lost, is worked on once.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from portal.celery import app

from . import claims, engine
from .choices import WORKED_ON
from .models import KEEP, Job, JobLane, JobRow

# A message that has waited this long is dropped, so that the queue does not grow; the sweep sends new ones.
EXPIRES = 60
ROWS = 5000


@app.task
def work_on_jobs(number: int, token: str) -> None:
    """Work on a job for a slice of time, and queue for the next slice behind other tasks."""
    if not JobLane.objects.filter(number=number, token=token).update(until=_until()):
        return
    if engine.work():
        _queue(JobLane.objects.filter(number=number, token=token), number)
        return
    JobLane.objects.filter(number=number, token=token).update(until=timezone.now())
    # What was added since this task looked was not announced to it, because its lane was still in use.
    if claims.has_work():
        start_lanes()


def _until() -> datetime:
    return timezone.now() + timedelta(seconds=4 * settings.JOB_SLICE_SECONDS)


def start_lanes() -> None:
    """Start the lanes that are not at work."""
    for number in range(settings.JOB_WORKERS):
        JobLane.objects.get_or_create(number=number)
        _queue(JobLane.objects.filter(number=number, until__lte=timezone.now()), number)


def _queue(lanes: QuerySet[JobLane], number: int) -> None:
    """Send the message of a lane with a new token, if it is one of ``lanes``."""
    token = secrets.token_hex(16)
    if lanes.update(token=token, until=_until()):
        work_on_jobs.apply_async((number, token), expires=EXPIRES)


@app.task
def sweep() -> None:
    """Start lanes for jobs whose worker was killed, or whose messages were lost."""
    if claims.has_work():
        start_lanes()


@app.task
def clean_up() -> int:
    """Delete jobs whose last work was more than 30 days ago; returns how many.

    A job is kept as long as its undo.
    """
    last = Coalesce("ended", "sliced", output_field=DateTimeField())
    recent = Job.objects.annotate(last=last).filter(last__gte=timezone.now() - KEEP)
    kept = recent | Job.objects.annotate(last=last).filter(state__in=WORKED_ON)
    old = Job.objects.exclude(pk__in=kept.values("pk")).exclude(Exists(kept.filter(undoes=OuterRef("pk"))))
    for job in old:
        # in pieces, so that others can write to the database in between
        while JobRow.objects.filter(pk__in=list(job.rows.values_list("pk", flat=True)[:ROWS])).delete()[0]:
            pass
        job.delete()
    return len(old)


def wake_worker() -> None:
    """Start working once the current transaction is committed; if the broker does not answer, the sweep starts it."""
    transaction.on_commit(start_lanes, robust=True)
