"""Writing rows to NGNPro, and finding out whether rows whose worker was killed were written.

A row is marked as under way before its call is made, and its outcome is stored afterwards. What is in between is in
doubt, and is settled by reading the record back as ``portal.ngnpro`` does after a lost answer; no call is repeated that
may have been made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, CharField, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from portal.core.at_once import run_in_threads
from portal.core.error_pages import explain_error
from portal.core.many_rows import update_rows
from portal.core.resources import Resource, require_declared
from portal.core.rooms import resource_of
from portal.core.writes import Write, Writes
from portal.journal.values import MemberChange, changes_of
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.lost import LostAnswerVerdict, after_add, after_delete, after_set, after_update
from portal.ngnpro.records.base import Record

from .choices import RowState, Verb
from .images import Image, image_of
from .models import Job, JobRow
from .passwords import send_links

VERDICTS = {
    True: LostAnswerVerdict.DONE,
    False: LostAnswerVerdict.NOT_DONE,
    None: LostAnswerVerdict.UNKNOWN,
}
CONFLICTS = (errors.ChangedMeanwhile, errors.AlreadyExists, errors.Missing)
FIELDS = ("state", "reason", "key", "sealed", "held")
PLANNED = (*FIELDS, "verb", "changes", "has_password")


def claim_rows(job: Job, rows: Sequence[JobRow]) -> list[JobRow]:
    """Mark rows as under way; those whose record another job is writing are left out, and stay ready."""
    try:
        with transaction.atomic():
            _claim(job, rows)
    except IntegrityError:
        return [row for row in rows if _claim_one(job, row)]
    return list(rows)


def _claim_one(job: Job, row: JobRow) -> bool:
    try:
        with transaction.atomic():
            _claim(job, [row])
    except IntegrityError:
        return False
    return True


def _claim(job: Job, rows: Sequence[JobRow]) -> None:
    """Mark rows as under way; a row without a key adds a record that no other row can mean."""
    lock = Concat(Value(f"{job.engine} "), "kind", Value(" "), "key")
    held = Case(When(key="", then=None), default=lock, output_field=CharField())
    found = JobRow.objects.filter(pk__in=[row.pk for row in rows])
    found.update(state=RowState.BEGUN, claim=job.claim, held=held)
    for row in rows:
        row.state, row.claim = RowState.BEGUN, job.claim
        row.held = f"{job.engine} {row.kind} {row.key}" if row.key else None


def store_rows(job: Job, rows: Sequence[JobRow], fields: Sequence[str] = FIELDS) -> None:
    """Store the outcome of rows, even if their job was paused meanwhile, but only of those that this worker still has.

    The others were taken over by another worker, which finds out by itself what became of them.
    """
    with transaction.atomic():
        update_rows(rows, fields, claim=job.claim)
        send_links(job, rows)


def send_rows(
    ngnpro: Ngnpro, writes: Writes, rows: Sequence[JobRow], still_ours: Callable[[], None] = lambda: None
) -> None:
    """Write claimed rows, in batches where NGNPro offers them, and set their states; stores nothing.

    ``still_ours`` is called before each call, and raises an exception if the rows are another worker's by now. Raises
    the first error after which nothing can be written now: an ``Outage``, or a login that is refused. Rows whose call
    was not made are ready again, those whose call may have been made stay under way.
    """
    images = [image_of(row.kind, row.sealed) for row in rows]
    changes = [
        (_write_of(writes, row, image), _change_of(row, image, still_ours))
        for row, image in zip(rows, images, strict=True)
    ]
    # No two of the rows are about one record, and all that one depends on has an outcome: their order does not matter.
    outcomes = writes.batch(ngnpro, changes, partial(run_in_threads, settings.JOB_CALLS))
    stopped: errors.NgnproError | None = None
    for row, image, outcome in zip(rows, images, outcomes, strict=True):
        if isinstance(outcome.error, errors.Outage | errors.BadLogin | errors.Locked):
            stopped = stopped or outcome.error
            if not isinstance(outcome.error, errors.Outage) or outcome.error.nothing_changed:
                row.state, row.held = RowState.READY, None
        elif isinstance(outcome.error, errors.NgnproError):
            is_conflict = isinstance(outcome.error, CONFLICTS)
            _end(row, RowState.CONFLICT if is_conflict else RowState.FAILED, explain_error(outcome.error).what)
        else:
            note_stored(row, resource_of(row.kind), image, outcome.value)
    if stopped is not None:
        raise stopped


def _write_of(writes: Writes, row: JobRow, image: Image) -> Write:
    """Return the write of a row for the journal, with its record and part unless it is a record by itself."""
    resource = resource_of(row.kind)
    if not resource.part:
        return writes.of(image.before, image.after, changes=row.changes)
    about = (resource.name, row.key)
    if resource.in_job and resource.in_job.operation:
        return writes.of(about=about, operation=resource.in_job.operation)
    return writes.of(image.before, image.after, about=about, part=resource.part)


def _change_of(row: JobRow, image: Image, still_ours: Callable[[], None]) -> Callable[[Ngnpro], Any]:
    """Return the function that writes a row; a record that is to be deleted must be as it was planned."""
    resource = resource_of(row.kind)

    def change(ngnpro: Ngnpro) -> Any:
        still_ours()
        if row.verb == Verb.DELETE:
            _check_unchanged(ngnpro, resource, row, image.before)
        return _call(ngnpro, resource, row, image)

    return change


def _call(ngnpro: Ngnpro, resource: Resource, row: JobRow, image: Image) -> Any:
    if row.verb == Verb.ADD:
        return require_declared(resource.add)(ngnpro, image.after)
    if row.verb == Verb.DELETE:
        return require_declared(resource.delete)(ngnpro, image.before)
    return require_declared(resource.update)(ngnpro, row.key, image.after, image.before)


def _check_unchanged(ngnpro: Ngnpro, resource: Resource, row: JobRow, before: Any) -> None:
    """Raise ``ChangedMeanwhile`` if a record that is to be deleted is not as it was planned."""
    now = require_declared(resource.find)(ngnpro, row.key)
    if now is None:
        raise errors.Missing(0, _("It no longer exists."))
    if changes_of(before, now, None, resource.read_only):
        raise errors.ChangedMeanwhile(0, _("It was changed after it was planned."))


def _end(row: JobRow, state: RowState, reason: str = "") -> None:
    row.state, row.reason, row.held = state, reason, None


def note_stored(row: JobRow, resource: Resource, image: Image, stored: Any) -> None:
    """Mark a row as done, with the record as NGNPro stored it."""
    after = stored if isinstance(stored, Record) and row.verb != Verb.DELETE else image.after
    if row.verb == Verb.ADD and after is not None and resource.key:
        row.key = resource.key(after) or row.key
    row.sealed = Image(image.before, after, image.item).sealed()
    if row.verb == Verb.CHANGE and after is stored and _is_as_before(row, resource, image.before, stored):
        _end(row, RowState.FAILED, _("NGNPro reported no error, but the record is as it was."))
    else:
        _end(row, RowState.DONE, row.reason)


def _is_as_before(row: JobRow, resource: Resource, before: Any, stored: Record) -> bool:
    """Return whether NGNPro has changed nothing of what it was to change; secrets, which it need not return, aside."""
    wanted = any(not MemberChange(**change).secret for change in row.changes)
    return wanted and all(change.secret for change in changes_of(before, stored, None, resource.read_only))


def settle_row(ngnpro: Ngnpro, row: JobRow) -> None:
    """Find out whether a row that was under way when its worker ended was written; raises ``Outage``.

    A row that was not written is ready again. One that cannot be decided is a conflict, which a person has to look at.
    """
    resource, image = resource_of(row.kind), image_of(row.kind, row.sealed)
    found = image.after if resource.in_job else _find(ngnpro, resource, row, image)
    if resource.in_job:
        verdict = VERDICTS[resource.in_job.is_done(ngnpro, row.key, image.after, image.before)]
    elif resource.part and resource.add is None:
        verdict = after_set(image.after, found)
    elif row.verb == Verb.ADD:
        verdict = after_add(image.after, found)
    elif row.verb == Verb.DELETE:
        verdict = after_delete(found)
    else:
        verdict = after_update(image.after, found)
    if verdict is LostAnswerVerdict.DONE:
        note_stored(row, resource, image, found)
    elif verdict is LostAnswerVerdict.NOT_DONE:
        row.state, row.held = RowState.READY, None
    else:
        _end(row, RowState.CONFLICT, _("The record is neither as planned nor as it was before. Check it."))


def _find(ngnpro: Ngnpro, resource: Resource, row: JobRow, image: Image) -> Any:
    if row.key or resource.find_like is None:
        return require_declared(resource.find)(ngnpro, row.key)
    return next(islice(resource.find_like(ngnpro, image.after), 1), None)
