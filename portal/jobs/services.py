"""Making plans, and what their authors do with them: apply, pause, resume, cancel, try again, undo."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import IO, Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.core.access import may_open
from portal.core.bulk import BulkAction
from portal.core.domain_files.lines import domain_kind
from portal.core.domain_files.reading import DomainFile
from portal.core.many_rows import insert_rows
from portal.core.resources import NEVER_WRITTEN, Resource
from portal.core.rooms import page_of_action, resource_of
from portal.core.sealing import seal
from portal.core.sheet_files import UnreadableFile, read_sheet
from portal.core.viewer import Viewer
from portal.ngnpro import Ngnpro

from .choices import (
    DOMAIN_FILE,
    GENERATE,
    IMPORT,
    OWN_ACTIONS,
    PLATFORM,
    REPORT,
    TO_WRITE,
    TROUBLED,
    UNDO,
    UNFINISHED,
    WORKED_ON,
    JobState,
    RowState,
)
from .domain_files import domain_rows
from .generating import generated_kind, generated_rows
from .images import Image
from .importing import file_rows, headings_of, is_mapped, linked_rows, mapping_for, remember_mapping
from .logins import as_data, rights_in, sealed_login, share_of, viewer_of, who_is
from .models import Job, JobRow
from .planning import action_of, kind_of
from .platform_files.reading import PlatformEntry
from .platform_files.rows import platform_rows, rows_to_delete
from .reading import filter_data
from .references import note_references
from .tasks import wake_worker

BATCH = 500


def jobs_of(viewer: Viewer) -> QuerySet[Job]:
    """Return the jobs that a viewer may see: their own; an operator who lacks no right sees all of the server."""
    if viewer.is_full and viewer.acting is None:
        return Job.objects.filter(engine=viewer.engine)
    return Job.objects.filter(who=who_is(viewer))


def is_author(viewer: Viewer, job: Job) -> bool:
    return job.who == who_is(viewer)


def new_job(viewer: Viewer, session: SessionBase, source: str, **values: Any) -> Job:
    """Return a new job of this viewer, which is not stored yet."""
    return Job(
        who=who_is(viewer),
        viewer=as_data(viewer),
        source=source,
        engine=viewer.engine,
        share=share_of(viewer),
        language=translation.get_language() or "",
        login=sealed_login(viewer, session),
        **values,
    )


def plan_action(
    job: Job,
    resource: Resource,
    action: BulkAction,
    values: Mapping[str, Any],
    *,
    keys: Iterable[str] = (),
    conditions: Any = None,
) -> Job:
    """Store a plan of an action: on the records with these keys, or on all that a filter finds."""
    job.kind, job.action, job.title = resource.name, action.name, str(action.label)
    job.wish = seal(json.dumps(dict(values)))
    job.filter = None if conditions is None else filter_data(conditions)
    rows = (
        JobRow(job=job, position=position, kind=kind_of(job), key=key)
        for position, key in enumerate(dict.fromkeys(keys))
    )
    return _store(job, rows if conditions is None else ())


def store_file(job: Job, resource: Resource, file: IO[bytes], mode: str) -> Job:
    """Store the rows of a spreadsheet file as a plan; raises ``UnreadableFile``.

    Its author has to choose the columns first if the headings do not name the key, or name a column that is unknown.
    """
    job.kind, job.action = resource.name, IMPORT
    headings, rows = headings_of(resource, (resource.read_file or read_sheet)(file))
    mapping = mapping_for(job, resource, headings.texts)
    job.sheet = headings.as_data(mapping, mode)
    known = {*REPORT, *NEVER_WRITTEN, ""}
    is_clear = is_mapped(resource, mapping) and all(
        name or text in known for name, text in zip(mapping, headings.texts, strict=True)
    )
    job.state = JobState.PLANNING if is_clear else JobState.MAPPING
    known_columns = mapping if is_clear else []
    parts = (file_rows(job, rows, len(headings.texts)), linked_rows(job, resource, known_columns))
    return _store(job, *parts, then=lambda: note_references(job, resource, known_columns))


def store_cells(job: Job, resource: Resource, rows: Iterable[Mapping[str, str]], mode: str) -> Job:
    """Store records, each as its cells by column, as a plan."""
    job.kind, job.action = resource.name, IMPORT
    job.sheet = {"line": 0, "headings": [], "encoding": "", "separator": "", "mapping": [], "mode": mode}
    found = (
        JobRow(job=job, position=position, line=position + 1, kind=job.kind, sealed=seal(json.dumps({"item": cells})))
        for position, cells in enumerate(rows)
    )
    return _store(job, found)


def _store_linked(job: Job, resource: Resource, mapping: list[str]) -> None:
    """Store the rows of the records that other columns of a file ask for, and which rows name others."""
    _insert(linked_rows(job, resource, mapping))
    note_references(job, resource, mapping)


def store_domain_file(job: Job, found: DomainFile, mode: str) -> Job:
    """Store the records of a domain's file as a plan."""
    job.kind, job.action = domain_kind().resource.name, DOMAIN_FILE
    job.title = _("Import %(domain)s") % {"domain": found.name}
    job.wish = seal(json.dumps({"passwords": found.passwords, "mode": mode}))
    return _store(job, domain_rows(job, found))


def store_platform(job: Job, found: Mapping[str, list[PlatformEntry]], ngnpro: Ngnpro, *, deletes: bool) -> Job:
    """Store the entries of a platform's file as a plan; ``deletes``: and deletions of what its lists do not have.

    ``ngnpro`` is the client of the job's author, with which the records are listed.
    """
    job.kind, job.action = domain_kind().resource.name, PLATFORM
    parts = [platform_rows(job, found)]
    return _store(job, *parts, *([rows_to_delete(job, found, ngnpro, viewer_of(job))] if deletes else ()))


def may_generate(viewer: Viewer) -> bool:
    """Return whether a viewer may use the generator."""
    _resource, generator = generated_kind()
    return all(may_open(viewer, page) for page in generator.pages)


def plan_generated(job: Job, values: Mapping[str, Any]) -> Job:
    """Store a plan of the generator; ``values`` are those of its form."""
    resource, generator = generated_kind()
    job.kind, job.action = resource.name, GENERATE
    job.title = str(generator.title) % values
    return _store(job, generated_rows(job, generator, values))


def choose_columns(job: Job, mapping: list[str]) -> bool:
    """Set the columns of a job's file, remember them for the next file, and start planning."""
    job.sheet = {**(job.sheet or {}), "mapping": mapping}
    remember_mapping(job)
    with transaction.atomic():
        is_chosen = _move(job, (JobState.MAPPING,), JobState.PLANNING, sheet=job.sheet)
        if is_chosen:
            _store_linked(job, resource_of(job.kind), mapping)
    return is_chosen


def plan_undo(job: Job, undone: Job) -> Job:
    """Store a plan that restores what another job has changed, in the reverse order."""
    job.kind, job.action, job.undoes = undone.kind, UNDO, undone
    job.title = _("Undo: %(title)s") % {"title": undone.title}
    done = undone.rows.filter(state=RowState.DONE).order_by("-phase", "-position").only("kind", "key", "phase")
    last = done.values_list("phase", flat=True).first() or 0
    rows = (
        JobRow(
            job=job,
            position=position,
            phase=last - row.phase,
            kind=row.kind,
            key=row.key,
            sealed=Image(item=row.pk).sealed(),
        )
        for position, row in enumerate(done.iterator(chunk_size=BATCH))
    )
    return _store(job, rows)


def _store(job: Job, *parts: Iterable[JobRow], then: Callable[[], None] = lambda: None) -> Job:
    """Store a job and its rows, a piece at a time, so that neither memory nor the database is occupied for long.

    Until all are stored the job counts as cancelled, so that no part of it is ever planned. Rows of a part are asked
    for once those of the parts before it are stored, and ``then`` is called at the end.
    """
    state, job.state = job.state, JobState.CANCELLED
    job.save()
    try:
        for rows in parts:
            _insert(rows)
        then()
    except UnreadableFile:
        job.delete()
        raise
    job.state = state
    _move(job, (JobState.CANCELLED,), JobState(state))
    return job


def _insert(rows: Iterable[JobRow]) -> None:
    remaining = iter(rows)
    while piece := list(islice(remaining, BATCH)):
        insert_rows(piece)


def apply_plan(job: Job) -> bool:
    """Start a plan; return whether it was waiting for that."""
    return _move(job, (JobState.PLANNED,), JobState.RUNNING, started=timezone.now(), **_from_now(job))


def _from_now(job: Job) -> dict[str, Any]:
    """Return the time and the number of written rows from which the rate of a job is computed."""
    return {"since": timezone.now(), "handled": job.rows.filter(state=RowState.DONE).count()}


def pause(job: Job) -> bool:
    """Pause a job after its current chunk."""
    return _move(job, (JobState.RUNNING,), JobState.PAUSED)


def resume(job: Job, viewer: Viewer, session: SessionBase) -> bool:
    """Resume a paused job with its author's present login and rights.

    If their rights have changed, the rows that are left are compared again.
    """
    state = JobState.RUNNING if job.started else JobState.PLANNING
    present: dict[str, Any] = {"login": sealed_login(viewer, session), "viewer": as_data(viewer)}
    with transaction.atomic():
        has_moved = _move(job, (JobState.PAUSED,), state, **present, **_from_now(job))
        if has_moved and job.started and rights_in(job.viewer) != rights_in(present["viewer"]):
            job.rows.filter(state__in=TO_WRITE).update(state=RowState.NEW)
    return has_moved


def cancel(job: Job) -> bool:
    """End a plan or a job; what is written stays."""
    states = (JobState.MAPPING, JobState.PLANNING, JobState.PLANNED, JobState.RUNNING, JobState.PAUSED)
    return _move(job, states, JobState.CANCELLED, ended=timezone.now(), login="", filter=None)


def try_again(job: Job, viewer: Viewer, session: SessionBase, rows: Iterable[int] = ()) -> bool:
    """Plan and write the rows that failed or conflicted once more: all of them, or only some."""
    states = (JobState.RUNNING, JobState.PAUSED, JobState.FINISHED, JobState.CANCELLED)
    wanted = job.rows.filter(state__in=TROUBLED)
    wanted = wanted.filter(pk__in=list(rows)) if rows else wanted
    with transaction.atomic():
        login, data = sealed_login(viewer, session), as_data(viewer)
        return bool(wanted.update(state=RowState.NEW, reason="")) and _move(
            job, states, JobState.RUNNING, ended=None, login=login, viewer=data, **_from_now(job)
        )


def _move(job: Job, states: Iterable[JobState], to: JobState, **values: Any) -> bool:
    """Change the state of a job, unless someone else has changed it; the author's next page shows its state."""
    moved = Job.objects.filter(pk=job.pk, state__in=states).update(state=to, note="", due=timezone.now(), **values)
    if moved and to in WORKED_ON:
        wake_worker()
    return bool(moved)


def may_undo(viewer: Viewer, job: Job) -> bool:
    """Return whether a job of this viewer has written anything, is not under way, and was not undone yet."""
    still = (JobState.PAUSED, JobState.FINISHED, JobState.CANCELLED)
    was_undone = job.undone_by.exclude(state=JobState.CANCELLED).exists()
    is_written = job.rows.filter(state=RowState.DONE).exists() and not job.rows.filter(state=RowState.BEGUN).exists()
    return is_author(viewer, job) and job.state in still and not was_undone and is_written


def lost(job: Job) -> str:
    """Return what an undo of the job cannot restore; empty if it restores everything."""
    return "" if job.action in OWN_ACTIONS else str(action_of(job).lost)


def offered(viewer: Viewer, resource: Resource) -> list[BulkAction]:
    """List the bulk actions that a viewer may carry out on a kind of record."""
    return [action for action in resource.actions if may_open(viewer, page_of_action(resource, action))]


def may_import(viewer: Viewer, resource: Resource) -> bool:
    """Return whether a viewer may add or edit records of a kind."""
    is_listed = resource.add is not None and resource.fetch is not None
    return is_listed and any(may_open(viewer, f"{resource.room}:{page}") for page in ("add", resource.edit_page))


def unfinished(job: Job) -> int:
    """Return how many rows are still to be written."""
    return job.rows.filter(state__in=UNFINISHED).count()
