"""Storing the lines of a file in NGNPro: records that exist and are equal are skipped, others are never changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from portal.core.error_pages import explain_error
from portal.core.file_entries import EntriesInFile, Entry, FileRole, PartInFile
from portal.core.resources import Resource
from portal.core.writes import Writes
from portal.ngnpro import Ngnpro, errors

from .entries import Entries, Owners
from .lines import (
    ADDED,
    COMPLETED,
    DIFFERS,
    FAILED,
    MISSING,
    PARTLY,
    SAME,
    FileLine,
    LineResult,
    differing_members,
    why_missing,
)


class LineStore:
    """Stores lines on behalf of a viewer.

    ``may_add`` returns whether the viewer may add an owner, and ``owner_line`` the line of an owner by username;
    ``None`` if the file has none.
    """

    def __init__(
        self,
        ngnpro: Ngnpro,
        writes: Writes,
        *,
        passwords: bool,
        may_add: Callable[[FileLine], bool],
        owner_line: Callable[[str], FileLine | None],
    ) -> None:
        self._ngnpro = ngnpro
        self._writes = writes
        self._may_add = may_add
        self._owner_line = owner_line
        self._owners = Owners(ngnpro)
        self._entries = Entries(ngnpro, self._owners, secrets=passwords)

    def put(self, line: FileLine) -> LineResult:
        """Store one line unless it exists; a refusal is its result, an outage raises ``errors.Outage``."""
        line, weak = line.settled()
        try:
            present = line.kind.find(self._ngnpro, line.key)
            return self._compare(line, present) if present is not None else self._add(line).with_words(weak)
        except errors.Refusal as refusal:
            return LineResult(FAILED, explain_error(refusal).what)

    def _compare(self, line: FileLine, present: Any) -> LineResult:
        if line.kind.role is FileRole.OWNER:
            return LineResult(SAME)
        if names := differing_members(line.kind, line.entry, self._entries.entry_of(line.kind, present)):
            words = _("It exists and differs in %(names)s; it is not changed.") % {"names": ", ".join(names)}
            return LineResult(DIFFERS, words)
        return self._complete(line, present, new=False)

    def _add(self, line: FileLine) -> LineResult:
        is_owner, add = line.kind.role is FileRole.OWNER, line.kind.resource.add
        if add is None or (is_owner and not self._may_add(line)):
            return LineResult(MISSING, why_missing(line))
        record = self._new_record(line)
        with self._writes.change(None, record) as write:
            stored = write.stored = add(self._ngnpro, record)
        names = [] if is_owner else differing_members(line.kind, line.entry, self._entries.entry_of(line.kind, stored))
        result = self._complete(line, stored, new=True)
        if not names:
            return result
        words = _("NGNPro stored it with another %(names)s.") % {"names": ", ".join(names)}
        return LineResult(PARTLY, f"{words} {result.words}".strip())

    def _new_record(self, line: FileLine) -> Any:
        """Return the record to add, with its owners by their numbers on this platform."""
        declared, entry = line.kind.in_file, line.entry
        itself = line.key if line.kind.role is FileRole.OWNER else ""
        named = {name: entry[name] for name in declared.owners if entry.get(name)}
        owners = {name: self._owner(username) for name, username in named.items() if username != itself}
        return declared.shape.read(entry, **declared.new(entry), **owners)

    def _owner(self, username: str) -> int:
        """Return the number of an owner; raises ``Missing`` for one that should have been added and was not."""
        number = self._owners.number(username)
        line = None if number else self._owner_line(username)
        if line is not None and self._may_add(line):
            raise errors.Missing(0, _("Its owner %(username)s does not exist.") % {"username": username})
        return number

    def _complete(self, line: FileLine, record: Any, *, new: bool) -> LineResult:
        """Store the parts of a record that are still empty."""
        key = line.kind.resource.key(record) if line.kind.resource.key else ""
        troubles: list[str] = []
        wrote = False
        for resource, part in line.kind.parts:
            values = {name: line.entry[name] for name in part.members if name in line.entry}
            if not any(values.values()):
                continue
            try:
                if isinstance(part, EntriesInFile):
                    wrote |= self._put_entries(resource, part, key, values[part.member], troubles, new=new)
                else:
                    wrote |= self._put_part(resource, part, key, values, troubles, new=new)
            except errors.Refusal as refusal:
                troubles.append(f"{part.label}: {explain_error(refusal).what}")
        if troubles:
            return LineResult(PARTLY, " ".join(troubles))
        return LineResult(ADDED if new else COMPLETED if wrote else SAME)

    def _put_part(
        self, resource: Resource, part: PartInFile, key: str, values: Entry, troubles: list[str], *, new: bool
    ) -> bool:
        """Store a part that is still empty; returns whether it was written."""
        found = None if new or not resource.find else resource.find(self._ngnpro, key)
        present = {} if found is None else part.write(found, False)
        if any(present.values()):
            secrets = part.shape.secret_members if part.shape else frozenset()
            if any(_without(values.get(name), secrets) != present[name] for name in present):
                troubles.append(_("%(part)s exists and differs; it is not changed.") % {"part": part.label})
            return False
        state = part.read(key, values)
        if resource.add:
            with self._writes.change(None, state):
                resource.add(self._ngnpro, state)
        elif resource.update:
            nothing = part.read(key, {name: type(value)() for name, value in values.items()})
            with self._writes.change(nothing, state, about=(resource.name, key), part=resource.part):
                resource.update(self._ngnpro, key, state, found)
        return True

    def _put_entries(
        self, resource: Resource, part: EntriesInFile, key: str, wanted: list[Entry], troubles: list[str], *, new: bool
    ) -> bool:
        """Add the entries of a list that do not exist yet; returns whether any was added."""
        stored = () if new else part.fetch(self._ngnpro, key)
        present = {entry[part.key]: entry for entry in map(part.shape.write, stored)}
        missing = [entry for entry in wanted if entry[part.key] not in present]
        for entry in missing:
            record = part.shape.read(entry)
            with self._writes.change(None, record, about=(resource.name, key), part=resource.part):
                part.add(self._ngnpro, key, record)
        if any(entry != present.get(entry[part.key], entry) for entry in wanted):
            words = _("%(part)s: entries that exist and differ are not changed.")
            troubles.append(words % {"part": part.label})
        return bool(missing)


def _without(value: Any, names: frozenset[str]) -> Any:
    return {name: item for name, item in value.items() if name not in names} if isinstance(value, dict) else value
