"""Claims: which workers work on a job, and which of its rows each of them has.

The job whose share had its last turn longest ago is next, so that a reseller with many jobs does not delay the others.
Any number of workers compare and write the rows of a job. Only the matches of a filter are read by a single one,
because each page of a list follows from the one before. Each worker takes a chunk of rows at a time, in one transaction
that locks the job, and stores their outcome only while the rows have its claim. It extends its claim while it works;
the claim is longer than a call can take, so that rows of a killed worker are taken over when no call of it can still be
under way. If that worker was only slow, its claim is deleted by then, and it stops.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from .choices import ENDED, TO_WRITE, UNFINISHED, WORKED_ON, JobState, RowState
from .models import Job, JobClaim, JobRow
from .sending import claim_rows

# Jobs that are not worked on any more, but may have rows whose outcome is unknown.
RESTING = (JobState.PAUSED, *ENDED)


class Interrupted(Exception):
    """The job was paused or cancelled, or its claim has expired and was deleted."""


def claim_next(only: Job | None = None) -> Job | None:
    """Claim the job that is next, if there is something to do for one more worker."""
    now = timezone.now()
    for job in _due(now, only):
        with transaction.atomic():
            locked = Job.objects.select_for_update().filter(pk=job.pk, due__lte=now).first()
            if locked is None or not _has_work(locked, live_claims(locked)):
                continue
            locked.claims.filter(until__lte=now).delete()
            locked.claim = secrets.token_hex(16)
            JobClaim.objects.create(token=locked.claim, job=locked, until=_until())
            Job.objects.filter(pk=job.pk).update(sliced=now)
            return locked
    return None


def has_work() -> bool:
    """Return whether there is something to do for one more worker."""
    return any(_has_work(job, live_claims(job)) for job in _due(timezone.now()))


def _due(now: datetime, only: Job | None = None) -> Iterator[Job]:
    """Yield the jobs that may be worked on, the one whose turn it is first."""
    in_doubt = Exists(JobRow.objects.filter(job=OuterRef("pk"), state=RowState.BEGUN))
    due = Job.objects.filter(Q(state__in=WORKED_ON) | Q(in_doubt, state__in=RESTING), due__lte=now)
    due = due.filter(pk=only.pk) if only else due
    turns = dict(Job.objects.values_list("share").annotate(last=Max("sliced")))
    yield from sorted(due, key=lambda job: (turns[job.share], job.sliced, job.made))


def live_claims(job: Job) -> list[str]:
    """List the claims of the workers that work on a job."""
    return list(job.claims.filter(until__gt=timezone.now()).values_list("token", flat=True))


def _has_work(job: Job, live: Sequence[str]) -> bool:
    if job.state == JobState.PLANNING:
        is_read = job.filter is None
        return not live or (is_read and free_rows(job, RowState.NEW, live).exists())
    if orphans(job, live).exists():
        return True
    if job.state != JobState.RUNNING:
        return False
    return not live or any(free_rows(job, state, live).exists() for state in (RowState.NEW, *TO_WRITE))


def orphans(job: Job, live: Iterable[str]) -> QuerySet[JobRow]:
    """Return the rows that were under way when their worker ended."""
    return job.rows.filter(state=RowState.BEGUN).exclude(claim__in=live)


def free_rows(job: Job, state: RowState, live: Iterable[str]) -> QuerySet[JobRow]:
    """Return the rows to compare (``NEW``) or to write (``READY``, ``WAITING``) that no worker has, in order.

    They are those of the lowest phase that is not compared, or not written, completely: what rows of later phases are
    to do depends on it.
    """
    return _free_rows(job, state, live, _first_phases(job))


def _free_rows(
    job: Job, state: RowState, live: Iterable[str], firsts: Mapping[RowState, int | None]
) -> QuerySet[JobRow]:
    """Return the free rows, by the lowest phases with rows in each state (``_first_phases``)."""
    own = firsts[state]
    if own is None:
        return JobRow.objects.none()
    lowest = own if state == RowState.NEW else min(phase for phase in firsts.values() if phase is not None)
    rows = job.rows.filter(state=state, phase=lowest).exclude(claim__in=live)
    return rows.order_by("phase", "position")


def _first_phases(job: Job) -> dict[RowState, int | None]:
    """Map the states of unfinished rows to the lowest phase with such a row, or to ``None`` if there is none."""
    # a part of one query for each state, because each is then answered by the first row of an index
    rows = JobRow.objects.filter(job=OuterRef("pk")).order_by("phase", "position").values("phase")
    parts = [Subquery(rows.filter(state=state)[:1]) for state in UNFINISHED]
    return dict(zip(UNFINISHED, Job.objects.filter(pk=job.pk).values_list(*parts).get(), strict=True))


def take_next(job: Job) -> tuple[list[JobRow], list[JobRow], bool]:
    """Take the next rows of a job; the caller's transaction locks it.

    Returns those that have to be compared, or compared again. If there are none and the job is being carried out,
    returns those to write instead, which are marked as under way, and whether another job holds all of them.
    """
    live, firsts = live_claims(job), _first_phases(job)
    states = (RowState.NEW,) if job.state == JobState.PLANNING else (RowState.NEW, RowState.WAITING)
    for state in states:
        if rows := list(_free_rows(job, state, live, firsts)[: settings.JOB_ROWS]):
            return _take(job, rows), [], False
    if job.state == JobState.PLANNING:
        return [], [], False
    ready = list(_free_rows(job, RowState.READY, live, firsts)[: settings.JOB_ROWS])
    taken = claim_rows(job, ready)
    return [], taken, bool(ready) and not taken


def take_orphans(job: Job) -> list[JobRow]:
    """Take over rows whose worker ended while they were under way; that worker cannot store their outcome any more."""
    job.claims.filter(until__lte=timezone.now()).delete()
    return _take(job, list(orphans(job, live_claims(job))[: settings.JOB_ROWS]))


def _take(job: Job, rows: list[JobRow]) -> list[JobRow]:
    for row in rows:
        row.claim = job.claim
    JobRow.objects.filter(pk__in=[row.pk for row in rows]).update(claim=job.claim)
    return rows


def extend(job: Job) -> None:
    """Extend a claim; raise ``Interrupted`` if another worker has deleted it."""
    if not JobClaim.objects.filter(token=job.claim).update(until=_until()):
        raise Interrupted


def release(job: Job) -> None:
    """Give up a claim."""
    JobClaim.objects.filter(token=job.claim).delete()
    Job.objects.filter(pk=job.pk).update(sliced=timezone.now())


def _until() -> datetime:
    return timezone.now() + timedelta(seconds=settings.JOB_CLAIM_SECONDS)
