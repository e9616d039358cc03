"""Working on jobs: any number of workers take turns, each with a slice of one job at a time (``claims``)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.core.error_pages import explain_error
from portal.core.many_rows import insert_rows
from portal.ngnpro import errors
from portal.people.work_mails import author_of_work

from .choices import UNFINISHED, WORKED_ON, JobState, RowState
from .claims import Interrupted, claim_next, extend, release, take_next, take_orphans
from .importing import mark_repeated
from .logins import client_for, client_for_reading, credentials_for, viewer_of, why_no_longer, writes_for
from .mails import queue_job_ended, tell_job_ended
from .models import Job, JobRow
from .planning import Planner
from .reading import read_matches
from .sending import PLANNED, send_rows, settle_row, store_rows

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
            release(job)
    return True


class _Slice:
    """A slice of work on a claimed job."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.writes = writes_for(job)
        self.extended = time.monotonic()

    def run(self, until: float) -> None:
        """Work until the time is over, the job waits for a person, or NGNPro does not answer."""
        try:
            if self.job.state in WORKED_ON:
                self.go_on(until)
            else:
                self.ngnpro = client_for_reading(self.job)
                self.settle()
        except Interrupted:
            return
        except (errors.BadLogin, errors.Locked) as refusal:
            self.wait_for_person(f"{explain_error(refusal).what} {_('Sign in again, and resume it.')}")
        except errors.Outage as outage:
            self.pause(WAIT, explain_error(outage).what)

    def go_on(self, until: float) -> None:
        """Plan or write rows with the login of the job, unless its author may no longer do so."""
        credentials = credentials_for(self.job)
        if credentials is None:
            self.wait_for_person(_("Its login is no longer valid. Sign in again, and resume it."))
        elif reason := why_no_longer(self.job, credentials):
            self.wait_for_person(reason)
        else:
            self.ngnpro = client_for(self.job, credentials, self.writes)
            self.planner = Planner(self.job, self.ngnpro, viewer_of(self.job))
            self.settle()
            while time.monotonic() < until and self.step():
                self.writes.made.clear()

    def step(self) -> bool:
        """Do the next chunk of work; return whether there may be more for this worker."""
        if self.job.filter is not None:
            self.read_page()
            return True
        with self.still_ours():
            to_plan, to_write, are_held = take_next(self.job)
        if to_plan:
            self.plan(to_plan)
            return True
        return self.end(JobState.PLANNED) if self.job.state == JobState.PLANNING else self.send(to_write, are_held)

    def plan(self, rows: list[JobRow]) -> None:
        """Compare a chunk of rows; no other worker stores its own between these and the look at rows like them."""
        self.planner.plan_rows(rows)
        with self.still_ours():
            store_rows(self.job, rows, PLANNED)
            if self.planner.is_from_sheet:
                mark_repeated(self.job, rows)

    def read_page(self) -> None:
        """Read the next matches of the filter, and plan them."""
        rows = []
        for row, record in read_matches(self.job, self.ngnpro):
            if row.kind == self.job.kind:
                self.planner.plan(row, partial(_same, record))
            rows.append(row)
        with self.still_ours() as job:
            insert_rows(rows)
            job.save(update_fields=["read", "reading", "filter"])

    def settle(self) -> None:
        """Find out whether rows that were in progress when another worker ended were written."""
        while rows := self.take_over():
            for row in rows:
                settle_row(self.ngnpro, row)
                store_rows(self.job, [row])
                self.extend_sometimes()

    def take_over(self) -> list[JobRow]:
        with self.still_ours():
            return take_orphans(self.job)

    def send(self, rows: list[JobRow], are_held: bool) -> bool:
        """Write a chunk of rows; what another job is writing has to wait, and the last worker ends the job."""
        if are_held:
            self.pause(LOCKED, _("Another job is changing these records."))
            return False
        if not rows:
            self.settle()
            return False if self.is_others() else self.end(JobState.FINISHED)
        try:
            send_rows(self.ngnpro, self.writes, rows, self.extend_sometimes)
        finally:
            store_rows(self.job, rows)
        return True

    def is_others(self) -> bool:
        """Return whether other workers still have rows of the job, so that this one has nothing to do."""
        return self.job.rows.filter(state__in=UNFINISHED).exists()

    def extend_sometimes(self) -> None:
        """Extend the claim during long work; raise ``Interrupted`` if another worker has taken the job over."""
        if time.monotonic() - self.extended > settings.JOB_CLAIM_SECONDS / 4:
            extend(self.job)
            self.extended = time.monotonic()

    @contextmanager
    def still_ours(self) -> Iterator[Job]:
        """Lock the job in a transaction and extend the claim; raise ``Interrupted`` if it was paused or taken."""
        with transaction.atomic():
            if not Job.objects.filter(pk=self.job.pk, state=self.job.state).update(note=""):
                raise Interrupted
            extend(self.job)
            self.extended = time.monotonic()
            yield self.job

    def end(self, state: JobState) -> bool:
        """End planning, or the job, if no other worker has rows; return whether there is more to do for this one.

        The login of a job is deleted with it, and its author notified by mail.
        """
        to = author_of_work(viewer_of(self.job)) if state is JobState.FINISHED else None
        with self.still_ours() as job:
            if state is JobState.PLANNED and job.rows.filter(state=RowState.NEW).exists():
                return False  # others still compare theirs
            if state is JobState.FINISHED and self.is_others():
                return True  # rows were set back to be tried again
            job.state, job.note = state, ""
            if state is JobState.FINISHED:
                job.login, job.ended = "", timezone.now()
            job.save(update_fields=["state", "note", "login", "ended"])
            if to:
                queue_job_ended(job, to)
            if state is JobState.FINISHED:
                tell_job_ended(job)
        return False

    def wait_for_person(self, note: str) -> None:
        """Pause the job until its author resumes it."""
        mine = Job.objects.filter(pk=self.job.pk, claims=self.job.claim, state__in=WORKED_ON)
        mine.update(state=JobState.PAUSED, note=note, login="")

    def pause(self, wait: timedelta, note: str) -> None:
        """Go on after some time."""
        mine = Job.objects.filter(pk=self.job.pk, claims=self.job.claim)
        mine.update(due=timezone.now() + wait, note=note)


def _same(record: Any) -> Any:
    return record
