"""Working on jobs: any number of workers take turns, each with a slice of one job at a time.

The job whose share had its last turn longest ago is next, so that a reseller with many jobs does not delay the others.
A worker holds a job's claim while it works on it, and extends it with every chunk. The claim is longer than a call can
take, so that rows of a killed worker are settled when no call of it can still be under way.
"""

from __future__ import annotations

import dataclasses
import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.core.error_pages import explain_error
from portal.core.resources import require_declared
from portal.core.rooms import resources
from portal.ngnpro import Pattern, Query, Range, errors
from portal.people.work_mails import author_of_work

from .choices import WORKED_ON, JobState, RowState
from .logins import client_for, credentials_for, viewer_of, writes_for
from .mails import queue_job_ended
from .models import Job, JobRow
from .planning import Planner
from .sending import FIELDS, claim_rows, send_rows, settle_row

log = logging.getLogger(__name__)

CHUNK = 50
PAGE = 200
WAIT = timedelta(seconds=5)  # after an outage
LOCKED = timedelta(seconds=1)  # while another job writes the records


def work(seconds: float | None = None, only: Job | None = None) -> bool:
    """Work on the next job, or on ``only`` this one, for a slice of time; return whether it was due."""
    job = claim_next(only)
    if job is None:
        return False
    until = time.monotonic() + (settings.JOB_SLICE_SECONDS if seconds is None else seconds)
    with translation.override(job.language or settings.LANGUAGE_CODE):
        try:
            _Slice(job).run(until)
        finally:
            mine = Job.objects.filter(pk=job.pk, claim=job.claim)
            mine.update(claim="", claimed_until=timezone.now(), sliced=timezone.now())
    return True


def claim_next(only: Job | None = None) -> Job | None:
    """Claim the job that is next, if any is due."""
    now = timezone.now()
    due = Job.objects.filter(state__in=WORKED_ON, due__lte=now, claimed_until__lte=now)
    due = due.filter(pk=only.pk) if only else due
    turns = dict(Job.objects.values_list("share").annotate(last=Max("sliced")))
    for job in sorted(due, key=lambda job: (turns[job.share], job.sliced, job.made)):
        claim = secrets.token_hex(8)
        until = now + timedelta(seconds=settings.JOB_CLAIM_SECONDS)
        free = Job.objects.filter(pk=job.pk, state__in=WORKED_ON, claimed_until__lte=now)
        if free.update(claim=claim, claimed_until=until, sliced=now):
            job.claim = claim
            return job
    return None


class Interrupted(Exception):
    """The job was paused or cancelled, or its claim has expired."""


class _Slice:
    """A slice of work on a claimed job."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def run(self, until: float) -> None:
        """Work until the time is over, the job waits for a person, or NGNPro does not answer."""
        credentials = credentials_for(self.job)
        if credentials is None:
            self.wait_for_person(_("Its login is no longer valid. Sign in again, and resume it."))
            return
        self.writes = writes_for(self.job)
        self.ngnpro = client_for(self.job, credentials, self.writes)
        self.planner = Planner(self.job, self.ngnpro, viewer_of(self.job))
        try:
            self.settle()
            while time.monotonic() < until and self.step():
                self.writes.made.clear()
        except Interrupted:
            return
        except (errors.BadLogin, errors.Locked) as refusal:
            self.wait_for_person(f"{explain_error(refusal).what} {_('Sign in again, and resume it.')}")
        except errors.Outage as outage:
            self.pause(WAIT, explain_error(outage).what)

    def step(self) -> bool:
        """Do the next chunk of work; return whether there may be more."""
        rows = self.job.rows.order_by("phase", "position")
        if self.job.filter is not None:
            self.read_page()
        elif new := list(rows.filter(state=RowState.NEW)[:CHUNK]):
            self.planner.plan_rows(new)
            self.store(new)
        elif self.job.state == JobState.PLANNING:
            return self.end(JobState.PLANNED)
        elif ready := list(rows.filter(state=RowState.READY)[:CHUNK]):
            return self.send(ready)
        else:
            return self.end(JobState.FINISHED)
        return True

    def read_page(self) -> None:
        """Read the next matches of the filter, and plan them."""
        resource = resources()[self.job.kind, ""]
        query = Query(filter=filter_of(self.job), range=Range(self.job.read, PAGE))
        page = require_declared(resource.fetch)(self.ngnpro, query)
        rows = []
        for number, record in enumerate(page.items):
            key = require_declared(resource.key)(record)
            row = JobRow(job=self.job, position=self.job.read + number, kind=self.job.kind, key=key)
            self.planner.plan(row, partial(_same, record))
            rows.append(row)
        with self.still_ours() as job:
            job.read += len(rows)
            if not rows or job.read >= page.total:
                job.filter = None
            JobRow.objects.bulk_create(rows, batch_size=CHUNK)
            job.save(update_fields=["read", "filter"])

    def settle(self) -> None:
        """Find out what became of rows that were under way when another worker ended."""
        done: list[JobRow] = []
        try:
            for row in self.job.rows.filter(state=RowState.BEGUN):
                settle_row(self.ngnpro, row)
                done.append(row)
        finally:
            self.store(done)

    def store(self, rows: list[JobRow]) -> None:
        with self.still_ours():
            JobRow.objects.bulk_update(rows, FIELDS, batch_size=CHUNK)

    def send(self, ready: list[JobRow]) -> bool:
        """Write a chunk of rows; what another job is writing has to wait."""
        with self.still_ours():
            claimed = claim_rows(self.job, ready)
        if not claimed:
            self.pause(LOCKED, _("Another job is changing these records."))
            return False
        try:
            send_rows(self.ngnpro, self.writes, claimed)
        finally:
            # Stored even if the job was paused meanwhile: this is what was done.
            JobRow.objects.bulk_update(claimed, FIELDS, batch_size=CHUNK)
        return True

    @contextmanager
    def still_ours(self) -> Iterator[Job]:
        """Open a transaction and extend the claim; raise ``Interrupted`` if the job was paused or the claim lost."""
        until = timezone.now() + timedelta(seconds=settings.JOB_CLAIM_SECONDS)
        with transaction.atomic():
            mine = Job.objects.filter(pk=self.job.pk, claim=self.job.claim, state=self.job.state)
            if not mine.update(claimed_until=until, note=""):
                raise Interrupted
            yield self.job

    def end(self, state: JobState) -> bool:
        """End planning, or the job; its login is deleted with it, and its author notified by mail."""
        to = author_of_work(viewer_of(self.job)) if state is JobState.FINISHED else None
        with self.still_ours() as job:
            job.state, job.note = state, ""
            if state is JobState.FINISHED:
                job.login, job.ended = "", timezone.now()
            job.save(update_fields=["state", "note", "login", "ended"])
            if to:
                queue_job_ended(job, to)
        return False

    def wait_for_person(self, note: str) -> None:
        """Pause the job until its author resumes it."""
        mine = Job.objects.filter(pk=self.job.pk, claim=self.job.claim, state__in=WORKED_ON)
        mine.update(state=JobState.PAUSED, note=note, login="")

    def pause(self, wait: timedelta, note: str) -> None:
        """Go on after some time."""
        mine = Job.objects.filter(pk=self.job.pk, claim=self.job.claim)
        mine.update(due=timezone.now() + wait, note=note)


def _same(record: Any) -> Any:
    return record


def filter_data(conditions: Any) -> dict[str, Any]:
    """Return a list's filter as data; texts with wildcards are marked."""
    return {
        field.name: {"pattern": str(value)} if isinstance(value, Pattern) else value
        for field in dataclasses.fields(conditions)
        if field.name != "source" and (value := getattr(conditions, field.name))
    }


def filter_of(job: Job) -> Any:
    """Return the filter of a job from its data."""
    values = {
        name: Pattern(value["pattern"])
        if isinstance(value, dict)
        else tuple(value)
        if isinstance(value, list)
        else value
        for name, value in (job.filter or {}).items()
    }
    return require_declared(resources()[job.kind, ""].filter)(**values)
