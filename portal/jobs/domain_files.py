"""The file of a domain (docs/export-format.md) as the rows of a job: what it asks for each record and its parts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from portal.core.access import may_open
from portal.core.bulk import ConflictRow, SkipRow
from portal.core.domain_files.entries import Entries, Owners
from portal.core.domain_files.lines import (
    FileKind,
    FileLine,
    differing_members,
    file_kinds,
    kinds_with,
    owner_kind,
    why_missing,
)
from portal.core.domain_files.reading import DomainFile
from portal.core.file_entries import EntriesInFile, Entry, FileRole, PartInFile
from portal.core.resources import Resource
from portal.core.rooms import resource_of
from portal.core.sealing import unseal
from portal.core.viewer import Viewer
from portal.journal.labels import label_of
from portal.journal.values import is_properties
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records.base import Record, shape_of

from .choices import UNFINISHED, RowState
from .images import Image, image_of
from .models import Job, JobRow
from .waiting import wait_for_record

PHASES = 4  # of one kind: owners of themselves or all records, owners, first parts, other parts


def domain_rows(job: Job, found: DomainFile) -> Iterator[JobRow]:
    """Iterate over the rows of a file: one for each record, and one for each part of it that has something in it."""
    position = 0
    phases = {name: number * PHASES for number, name in enumerate(file_kinds())}
    for line in found.lines:
        for kind, phase, item in _items_of(line):
            key = "" if resource_of(kind).numbered else line.key.lower()
            phase += phases[line.kind.name]
            sealed = Image(item=item).sealed()
            yield JobRow(job=job, position=position, phase=phase, kind=kind, key=key, sealed=sealed)
            position += 1


def _items_of(line: FileLine) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Iterate over a record and its parts: the kind of each, its phase within its kind, and what the file says."""
    kind, (settled, said) = line.kind, line.settled()
    parts = {name for _resource, part in kind.parts for name in part.members}
    entry = {name: value for name, value in settled.entry.items() if name not in parts}
    is_second = kind.role is FileRole.OWNER and not kind.in_file.owns_itself(entry)
    yield kind.resource.name, int(is_second), {"entry": entry, "said": said}
    for resource, part in kind.parts:
        members = {name: settled.entry[name] for name in part.members if name in settled.entry}
        if any(members.values()):
            is_first = isinstance(part, PartInFile) and part.first
            yield f"{resource.name}/{resource.part}", 2 if is_first else 3, {"entry": members, "said": ""}


class DomainFilePlanner:
    """Finds the record of each row of a domain's file, and what the file asks for.

    Nothing is taken away: an empty list or part of the file leaves the stored one as it is. Passwords of records that
    exist are not changed. A row that needs a record which an earlier row adds waits for it.
    """

    def __init__(self, job: Job, ngnpro: Ngnpro, viewer: Viewer) -> None:
        self._job = job
        self._ngnpro = ngnpro
        self._viewer = viewer
        wish: Mapping[str, Any] = json.loads(unseal(job.wish) or "{}")
        self._is_add_only, self._is_change_only = (wish.get("mode") == mode for mode in ("add", "change"))
        self._owners = Owners(ngnpro)
        # Owners that were looked for in vain, with the state of their own row then.
        self._absent: set[tuple[str, str]] = set()
        self._entries = Entries(ngnpro, self._owners, secrets=bool(wish.get("passwords")))
        self._kinds = {kind.resource.name: kind for kind in file_kinds().values()}

    def find(self, ngnpro: Ngnpro, row: JobRow, item: Mapping[str, Any]) -> Any | None:
        """Return the record of a row, or the part, as it is; ``None`` if it does not exist."""
        resource = resource_of(row.kind)
        if resource.part:
            try:
                return resource.find(ngnpro, row.key) if resource.find else None
            except errors.Missing:
                return None
        kind = self._kinds[row.kind]
        found = kind.find(ngnpro, kind.in_file.key_of(item["entry"]))
        if found is not None and resource.key:
            row.key = resource.key(found)
        return found

    def wanted(self, row: JobRow, now: Any | None, item: Mapping[str, Any]) -> Any:
        """Return the record that a row asks for; sets its reason, and its state if it has to wait."""
        resource, entry = resource_of(row.kind), item["entry"]
        if now is None and self._is_change_only:
            raise ConflictRow(_("It does not exist, and the job adds nothing."))
        if resource.part:
            return self._part(row, resource, now, entry)
        line = FileLine(self._kinds[row.kind], entry)
        if now is not None:
            return self._changed(row, line, now)
        self._check_addable(line)
        said = [item["said"], self._new_password(line)]
        record = self._made(row, line, said)
        row.reason = " ".join(filter(None, said))
        return record

    def _check_addable(self, line: FileLine) -> None:
        """Raise ``ConflictRow`` for an owner that the viewer may not add, and for what lacks a record that holds it."""
        if line.kind.role is FileRole.OWNER:
            page = f"{line.kind.resource.room}:{line.kind.in_file.add_page(line.entry)}"
            if not line.kind.in_file.is_whole(line.entry) or not may_open(self._viewer, page):
                raise ConflictRow(why_missing(line))
        for holder in kinds_with(FileRole.HOLDER):
            holds = holder.in_file.holds
            if holds is None or holds.held != line.kind.name:
                continue
            in_file = any(holds.covers(entry, line.entry) for entry in self._file_entries[holder.resource.name])
            if not in_file and self._finders[holder.name](line.entry) is None:
                raise ConflictRow(str(holds.missing))

    def _new_password(self, line: FileLine) -> str:
        has_one = any(line.entry.get(name) for name in line.kind.in_file.shape.secret_members)
        if line.kind.resource.password_kind is None or has_one:
            return ""
        return _("It gets a new random password.")

    def _made(self, row: JobRow, line: FileLine, said: list[str]) -> Any:
        """Return the record as the file has it, with its owners by their numbers on this platform."""
        declared, entry = line.kind.in_file, line.entry
        itself = line.key if line.kind.role is FileRole.OWNER else ""
        named = {name: entry[name] for name in declared.owners if entry.get(name)}
        owners = {name: self._owner(row, username, said) for name, username in named.items() if username != itself}
        return declared.shape.read(entry, **declared.new(entry), **owners)

    def _owner(self, row: JobRow, username: str, said: list[str]) -> int:
        """Return the number of an owner; 0 if the row waits for them, or if nothing adds them."""
        owner = self._owner_rows.get(username)
        known = JobRow.objects.values_list("state", "phase")
        state, phase = known.get(pk=owner) if owner else ("", row.phase)
        if (username, state) not in self._absent:
            if number := self._owners.number(username):
                return number
            self._absent.add((username, state))
        if state in UNFINISHED and phase == row.phase:
            words = _("Its owner %(username)s is added at the same time. Try this row again afterwards.")
            raise ConflictRow(words % {"username": username})
        if state in UNFINISHED:
            row.state = RowState.WAITING
            said.append(_("Its owner %(username)s is added first.") % {"username": username})
        elif state == RowState.FAILED:
            raise ConflictRow(_("Its owner %(username)s could not be added.") % {"username": username})
        else:
            said.append(_("Its owner %(username)s does not exist here and is left out.") % {"username": username})
        return 0

    def _changed(self, row: JobRow, line: FileLine, now: Any) -> Any:
        """Return a record that exists with the members in which the file differs from it."""
        kind = line.kind
        if not kind.in_file.is_whole(line.entry):
            raise SkipRow(_("It already exists."))
        present = self._entries.entry_of(kind, now)
        names = differing_members(kind, line.entry, present)
        unknown: list[str] = []
        made = self._made(row, line, unknown)
        if names and self._is_add_only:
            labels = ", ".join(label_of(name) for name in names)
            raise SkipRow(_("It exists and differs in %(names)s; it is not changed.") % {"names": labels})
        fields = {wire: name for name, wire in shape_of(type(now)).wire_names.items()}
        values = {
            fields[name]: _merged(getattr(now, fields[name]), getattr(made, fields[name]))
            for name in names
            if name in fields and self._is_said(kind, name, line.entry, getattr(made, fields[name]))
        }
        return kind.resource.keep(now, replace(now, **values))

    def _is_said(self, kind: FileKind, name: str, entry: Entry, value: Any) -> bool:
        """Return whether the file says something about a member: owners that do not exist here are left alone."""
        return bool(value) or name not in kind.in_file.owners

    def _part(self, row: JobRow, resource: Resource, now: Any | None, entry: Entry) -> Any:
        part = resource.in_file
        if isinstance(part, EntriesInFile):
            wanted = {name: tuple(value) for name, value in entry.items()}
            if now is None:
                wait_for_record(self._ngnpro, self._job, row, resource)
                return wanted
            return _with_entries(now, wanted, part.key, add_only=self._is_add_only)
        return self._whole_part(row, resource, part, now, entry) if isinstance(part, PartInFile) else now

    def _whole_part(self, row: JobRow, resource: Resource, part: PartInFile, now: Any | None, entry: Entry) -> Any:
        wanted = part.read(row.key, entry)
        if now is None:
            wait_for_record(self._ngnpro, self._job, row, resource)
            return wanted
        present = part.write(now, False)
        if not any(_differs(entry[name], present.get(name), part) for name in entry):
            raise SkipRow(_("Nothing to change."))
        if self._is_add_only and any(present.values()):
            raise SkipRow(_("It exists and differs; it is not changed."))
        return _over(now, wanted, part, entry)

    @cached_property
    def _finders(self) -> dict[str, Any]:
        holders = [(kind.name, kind.in_file.holds) for kind in kinds_with(FileRole.HOLDER)]
        return {name: holds.finder(self._ngnpro) for name, holds in holders if holds}

    @cached_property
    def _file_entries(self) -> dict[str, list[Entry]]:
        """Map the kinds of records that hold others to their entries in the file."""
        return {
            kind.resource.name: [item["entry"] for _pk, item in self._items(kind)]
            for kind in kinds_with(FileRole.HOLDER)
        }

    @cached_property
    def _owner_rows(self) -> dict[str, int]:
        """Map the usernames of the owners in the file to the keys of their rows."""
        kind = owner_kind()
        return {kind.in_file.key_of(item["entry"]): pk for pk, item in self._items(kind)}

    def _items(self, kind: FileKind) -> Iterator[tuple[int, Any]]:
        for row in self._job.rows.filter(kind=kind.resource.name).iterator():
            yield row.pk, image_of(row.kind, row.sealed).item or {"entry": {}}


def _merged(now: Any, made: Any) -> Any:
    """Return a member as the file has it: properties that it does not name stay, and equal items keep their numbers."""
    if not isinstance(made, tuple):
        return made
    if is_properties(now) or is_properties(made):
        named = {one.name for one in made}
        return (*(one for one in now if one.name not in named), *made)
    numbered = {_content(one): one for one in now}
    return tuple(numbered.get(_content(one), one) for one in made)


def _content(item: Any) -> str:
    """Return what an item of a list says, without the number that NGNPro gave it."""
    names = shape_of(type(item)).wire_names if isinstance(item, Record) else {}
    return repr([getattr(item, name) for name in names if name != "id"] or item)


def _differs(said: Any, present: Any, part: PartInFile) -> bool:
    """Return whether the file says something else about a part than is stored; passwords are not compared."""
    if not said:
        return False
    if not isinstance(said, dict):
        return bool(said != present)
    secrets = part.shape.secret_members if part.shape else frozenset()
    return any(value != (present or {}).get(name) for name, value in said.items() if name not in secrets)


def _with_entries(now: Mapping[str, Any], wanted: Mapping[str, Any], key: str, *, add_only: bool) -> dict[str, Any]:
    """Return a list with the entries of the file; others stay, and with ``add_only`` also those that differ."""
    found = {}
    for name, entries in wanted.items():
        by_key = {entry[key]: entry for entry in now[name]}
        news = {entry[key]: entry for entry in entries}
        found[name] = tuple((news | by_key if add_only else by_key | news).values())
    return found


def _over(now: Any, wanted: Any, part: PartInFile, entry: Entry) -> Any:
    """Return a part as wanted; what the file does not say about it stays, and so do its passwords."""
    if not isinstance(now, Record):
        return wanted
    if part.shape and part.shape.record is type(now):
        names = shape_of(type(now)).wire_names
        (said,) = entry.values()
        fields = [name for name in part.shape.fields if names[name] in said]
    else:
        nothing = part.read("", {})
        fields = [name for name in shape_of(type(now)).wire_names if getattr(wanted, name) != getattr(nothing, name)]
    return replace(now, **{name: getattr(wanted, name) for name in fields})
