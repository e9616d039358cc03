"""Planning: what a job does to each record. It reads and compares, and writes nothing to NGNPro."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from portal.core.access import may_open, why_not_field
from portal.core.bulk import BulkAction, ConflictRow, PartInJob, SkipRow, Wish
from portal.core.customer_names import CustomerNames
from portal.core.error_pages import explain_error
from portal.core.member_rights import OtherRecords, as_allowed, why_forbidden
from portal.core.resources import NEVER_WRITTEN, Resource, require_declared
from portal.core.rooms import resource_of, resources
from portal.core.sealing import unseal
from portal.core.viewer import Viewer
from portal.journal.undo import ruled_fields
from portal.journal.values import MemberChange, changes_of
from portal.ngnpro import CallPlan, Ngnpro, errors
from portal.ngnpro.records.base import Record, shape_of

from .choices import DOMAIN_FILE, GENERATE, IMPORT, OWN_ACTIONS, PLATFORM, UNDO, UNFINISHED, RowState, Verb
from .domain_files import DomainFilePlanner
from .images import Image, image_of
from .importing import FilePlanner
from .models import Job, JobRow
from .platform_files.planner import PlatformPlanner

# The planners of files whose rows are of several kinds.
WHOLE_FILES: Mapping[str, type[DomainFilePlanner | PlatformPlanner]] = {
    DOMAIN_FILE: DomainFilePlanner,
    PLATFORM: PlatformPlanner,
}
PAGES = {Verb.ADD: "add", Verb.DELETE: "delete"}


class Planner:
    """Plans the rows of one job, for its author."""

    def __init__(self, job: Job, ngnpro: Ngnpro, viewer: Viewer) -> None:
        self.job = job
        self.ngnpro = ngnpro
        self.viewer = viewer
        self.others = OtherRecords(ngnpro, viewer)
        from_file = dict.fromkeys((IMPORT, GENERATE, *WHOLE_FILES), self._import)
        ways = {UNDO: self._undo, **from_file}
        self.change = ways.get(job.action, self._act)
        self._files: dict[str, FilePlanner | DomainFilePlanner | PlatformPlanner] = {}
        # the rows that the rows of a chunk undo, and which of their records others depend on, by position
        self._undone: dict[int, JobRow] = {}
        self._needed: dict[int, bool] = {}

    def file(self, kind: str) -> FilePlanner | DomainFilePlanner | PlatformPlanner:
        """Return the planner for the rows of a kind of record in a file."""
        if self.job.action in WHOLE_FILES:
            kind = ""
            if kind not in self._files:
                self._files[kind] = WHOLE_FILES[self.job.action](self.job, self.ngnpro, self.viewer)
        elif kind not in self._files:
            names = CustomerNames(self.ngnpro, self.viewer)
            self._files[kind] = FilePlanner(self.job, kind, self.ngnpro, names)
        return self._files[kind]

    @property
    def is_from_file(self) -> bool:
        return self.job.action in (IMPORT, GENERATE, *WHOLE_FILES)

    @property
    def is_from_sheet(self) -> bool:
        """Return whether the rows may ask for the same record more than once; a domain's file that does is refused."""
        return self.job.action in (IMPORT, GENERATE, PLATFORM)

    @property
    def is_own(self) -> bool:
        """Return whether the job does something else than a bulk action of a room."""
        return self.job.action in OWN_ACTIONS

    def plan_rows(self, rows: Sequence[JobRow]) -> None:
        """Look up the records of rows, in batches where NGNPro offers them, and set what each row does."""
        images = [image_of(row.kind, row.sealed) for row in rows]
        finders = [partial(self._look_up, row=row, item=image.item) for row, image in zip(rows, images, strict=True)]
        outcomes = self.ngnpro.batch([CallPlan(finder) for finder in finders])
        for outcome in outcomes:
            if isinstance(outcome.error, errors.Outage | errors.BadLogin | errors.Locked):
                raise outcome.error
        if self.job.action == UNDO:
            self._undone = JobRow.objects.in_bulk([image.item for image in images])
            self._look_for_dependents(rows, images, [outcome.value for outcome in outcomes])
        for row, image, outcome in zip(rows, images, outcomes, strict=True):
            self.plan(row, outcome.get, image.item)

    def _look_up(self, ngnpro: Ngnpro, *, row: JobRow, item: Any) -> Any:
        """Return the record of a row, or why there is none to return, as an exception."""
        try:
            if self.is_from_file:
                return self.file(row.kind).find(ngnpro, row, item)
            return require_declared(resource_of(row.kind).find)(ngnpro, row.key)
        except (ConflictRow, SkipRow) as why:
            return why

    def _look_for_dependents(self, rows: Sequence[JobRow], images: Sequence[Image], found: Sequence[Any]) -> None:
        """Find out, in batches, which records that a job has added cannot be deleted without others."""
        added = [
            (row.position, now)
            for row, image, now in zip(rows, images, found, strict=True)
            if now is not None and not isinstance(now, Exception) and self._undone[image.item].verb == Verb.ADD
        ]
        kinds = {row.position: row.kind for row in rows}
        plans = [CallPlan(partial(_has_dependents, kind=kinds[position], record=now)) for position, now in added]
        outcomes = self.ngnpro.batch(plans)
        self._needed = {position: outcome.get() for (position, _now), outcome in zip(added, outcomes, strict=True)}

    def plan(self, row: JobRow, find: Callable[[], Any], item: Any = None) -> None:
        """Set what a row does to the record that ``find`` returns; ``item`` is what was asked for the row."""
        resource = resource_of(row.kind)
        row.state, row.verb, row.reason, row.changes = RowState.READY, Verb.NOTHING, "", []
        try:
            now = find()
            if isinstance(now, ConflictRow | SkipRow):
                raise now
            self._set(row, resource, now, self.change(row, now, item), item)
        except SkipRow as skip:
            if row.state == RowState.WAITING:
                row.verb = Verb.CHANGE  # to what is known once the rows before it are written
            else:
                row.state, row.reason = RowState.SKIPPED, str(skip)
        except (ConflictRow, errors.Refusal) as why:
            row.state = RowState.CONFLICT
            row.reason = str(why) if isinstance(why, ConflictRow) else explain_error(why).what

    def _import(self, row: JobRow, now: Any, item: Any) -> Any:
        return self.file(row.kind).wanted(row, now, item)

    def _set(self, row: JobRow, resource: Resource, now: Any, wanted: Any, item: Any) -> None:
        wanted = as_allowed(self.viewer, now, wanted)
        changes = changes_of(now, wanted, None, resource.read_only)
        if not changes:
            raise SkipRow(_("Nothing to change."))
        row.verb = Verb.ADD if now is None else Verb.DELETE if wanted is None else Verb.CHANGE
        row.changes = [change.as_json() for change in changes]
        if not self.is_own and action_of(self.job).makes_passwords:
            item, row.has_password = {"password": wanted.password}, True
        row.sealed = Image(now, wanted, item).sealed()
        self._check_rights(row, resource, changes)
        if reason := why_forbidden(self.viewer, now, wanted):
            raise ConflictRow(reason)
        self.others.check(now, wanted)

    def _check_rights(self, row: JobRow, resource: Resource, changes: list[MemberChange]) -> None:
        """Raise ``ConflictRow`` if the viewer may not do this to one record on its own page."""
        action = None if self.is_own else action_of(self.job)
        if reason := why_not_allowed(self.viewer, resource, Verb(row.verb), changes, action.page if action else ""):
            raise ConflictRow(reason)

    def _act(self, _row: JobRow, now: Any, _item: Any) -> Any:
        if now is None:
            raise ConflictRow(_("It no longer exists."))
        values: Mapping[str, Any] = json.loads(unseal(self.job.wish) or "{}")
        return action_of(self.job).change(now, Wish(values, self.viewer, self.ngnpro, str(self.job.pk)))

    def _undo(self, row: JobRow, now: Any, item: Any) -> Any:
        """Return the record as it was before the row that is undone; only fields of that row are restored."""
        resource = resource_of(row.kind)
        was = image_of(row.kind, self._undone[item].sealed)
        if resource.in_job:
            return self._undo_in_job(resource.in_job, row, now, was)
        if was.before is None:
            return self._undo_addition(row, resource, now, was.after)
        if was.after is None:
            if now is not None:
                raise ConflictRow(_("The record exists again."))
            return resource.without_key(resource.added_again(was.before))
        if now is None:
            raise ConflictRow(_("It no longer exists."))
        return restored(now, was.before, was.after, resource.read_only | NEVER_WRITTEN)

    def _undo_in_job(self, part: PartInJob, row: JobRow, now: Any, was: Image) -> Any:
        if now is None:
            raise ConflictRow(_("It no longer exists."))
        if part.restored is None:
            raise SkipRow(_("It cannot be undone."))
        return part.restored(now, was.before, was.after)

    def _undo_addition(self, row: JobRow, resource: Resource, now: Any, after: Any) -> None:
        if now is None:
            raise SkipRow(_("It was deleted already."))
        left = [change for change in changes_of(after, now, None, resource.read_only) if not change.secret]
        if self.job.rows.filter(kind__startswith=f"{row.kind}/", key=row.key, phase__lt=row.phase).exists():
            # With a part that this job adds or deletes, NGNPro changes what follows from it, such as a group.
            left = [change for change in left if not _is_nested(change)]
        # A server that returned nothing may have filled in what was not sent.
        if any(after.source or change.before for change in left):
            raise ConflictRow(_("It has been changed since, so it is not deleted."))
        if self._needed[row.position]:
            if not self.job.rows.filter(state__in=UNFINISHED, phase__lt=row.phase).exists():
                raise ConflictRow(_("Other records depend on it now."))
            # The rows before it may delete them.
            row.state = RowState.WAITING


def why_not_allowed(
    viewer: Viewer, resource: Resource, verb: Verb, changes: Iterable[MemberChange], page: str = ""
) -> str:
    """Return why a viewer may not do this to a record on its own page, or on ``page``; empty if they may."""
    pages = PAGES if resource.add else {}
    if not may_open(viewer, f"{resource.room}:{page or pages.get(verb, resource.edit_page)}"):
        return _("You may not change this record.")
    if verb != Verb.CHANGE:
        return ""
    members = shape_of(resource.record).wire_names if resource.record else {}
    names = {wire: name for name, wire in members.items()}
    fields = (f"{resource.room}.{field}" for change in changes for field in ruled_fields(change, names))
    return next((reason for field in fields if (reason := why_not_field(viewer, field))), "")


def _has_dependents(ngnpro: Ngnpro, *, kind: str, record: Any) -> bool:
    """Return whether other records depend on a record, or may do so."""
    resource = resource_of(kind)
    return any(one.count != 0 for one in (*resource.used_by(ngnpro, record), *resource.hangs(ngnpro, record)))


def _is_nested(change: MemberChange) -> bool:
    """Return whether a list has only lost items, or only got some."""
    if not isinstance(change.before, list) or not isinstance(change.after, list):
        return False
    less, more = sorted((change.before, change.after), key=len)
    return all(item in more for item in less)


def restored(now: Any, before: Any, after: Any, fixed: Collection[str] = NEVER_WRITTEN) -> Any:
    """Return a record with the fields that a change has changed as they were before it.

    ``fixed`` are the members, by wire name, that NGNPro sets; they change with every update, and are not restored.
    Raises ``ConflictRow`` if one of them was changed again since. Groups, properties and other lists are restored entry
    by entry, so that other entries keep what was done to them meanwhile.
    """
    values: dict[str, Any] = {}
    if not isinstance(now, Record):
        return {**now, **{name: _restored_list(before[name], after[name], now[name]) for name in before}}
    for name, wire_name in shape_of(type(now)).wire_names.items():
        if wire_name in fixed:
            continue
        old, new, current = (getattr(record, name) for record in (before, after, now))
        if old == new:
            continue
        if isinstance(current, tuple):
            values[name] = _restored_list(old, new, current)
        elif current == new or (name in shape_of(type(now)).secrets and not current):
            values[name] = old
        elif current != old:
            raise ConflictRow(_("It has been changed again since."))
    return replace(now, **values)


def _restored_list(old: tuple[Any, ...], new: tuple[Any, ...], current: tuple[Any, ...]) -> tuple[Any, ...]:
    added = [item for item in new if item not in old]
    taken = [item for item in old if item not in new]
    return (*(item for item in current if item not in added), *(item for item in taken if item not in current))


def kind_of(job: Job) -> str:
    """Return the kind of the rows of a bulk action: that of its records, or of the part that it changes."""
    part = action_of(job).part
    return f"{job.kind}/{part}" if part else job.kind


def action_of(job: Job) -> BulkAction:
    """Return the bulk action of a job; raises ``KeyError`` if its room no longer declares it."""
    return {action.name: action for action in resources()[job.kind, ""].actions}[job.action]
