"""What the rows of a platform's file ask for, and what becomes of records that the file does not have."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from portal.core.bulk import ConflictRow, SkipRow
from portal.core.customer_names import CustomerNames
from portal.core.dependents import Dependents
from portal.core.resources import Resource, require_declared
from portal.core.rooms import resource_of
from portal.core.viewer import Viewer
from portal.jobs.choices import TROUBLED, UNFINISHED, RowState, Verb
from portal.jobs.columns import RowReader, declared_record
from portal.jobs.models import Job, JobRow
from portal.jobs.objects.reading import BodyReader, WrongMembers
from portal.jobs.waiting import wait_for_record
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.codec import from_wire

from .kinds import ListedKind, listed_kinds
from .names import NamedRecords
from .parts import wanted_part
from .values import plain_members


class PlatformPlanner:
    """Finds the record of each row of a platform's file, and what the file asks for.

    A row that names a record which an earlier row adds waits for it. Passwords are for new records only. Records that
    the file does not have are deleted last, once nothing else depends on them.
    """

    def __init__(self, job: Job, ngnpro: Ngnpro, viewer: Viewer) -> None:
        self._job = job
        self._ngnpro = ngnpro
        self._names = CustomerNames(ngnpro, viewer)
        self._named = NamedRecords(job, ngnpro)
        self._by_kind = {one.resource.name: one for one in listed_kinds().values()}

    def find(self, ngnpro: Ngnpro, row: JobRow, item: Mapping[str, Any]) -> Any | None:
        """Set the key of a row, and return its record or part as it is; ``None`` if it does not exist."""
        resource = resource_of(row.kind)
        listed = self._by_kind[resource.name]
        if "gone" in item:
            return require_declared(resource.find)(ngnpro, row.key)
        if listed.resource.numbered:
            return self._find_numbered(ngnpro, row, listed, item)
        row.key = self._key_of(listed, item.get("of") or item["entry"])
        try:
            return require_declared(resource.find)(ngnpro, row.key)
        except errors.Missing:
            return None

    def _key_of(self, listed: ListedKind, members: Mapping[str, Any]) -> str:
        cells = {name: str(members.get(name) or "") for name in listed.identity}
        key = listed.kind.key_of(RowReader(listed.resource, self._names, from_sheet=False).key_record(cells))
        if not key.strip("@"):
            raise ConflictRow(_("The key is missing."))
        return key

    def _find_numbered(self, ngnpro: Ngnpro, row: JobRow, listed: ListedKind, item: Mapping[str, Any]) -> Any | None:
        members, waits = self._named.resolve(listed, item["entry"], row)
        if waits:
            return None
        said = {name: value for name, value in members.items() if name not in listed.kind.secrets}
        sent = self._read(listed, said, from_wire(declared_record(listed.resource), {}))
        found, *others = [*islice(require_declared(listed.resource.find_like)(ngnpro, sent), 2)] or [None]
        if others:
            raise ConflictRow(_("Several records match."))
        row.key = listed.kind.key_of(found) if found is not None else ""
        return found

    def wanted(self, row: JobRow, now: Any | None, item: Mapping[str, Any]) -> Any:
        """Return the record or part that a row asks for, ``None`` to delete it; one that others precede waits."""
        resource = resource_of(row.kind)
        if "gone" in item:
            return self._gone(row, resource, now)
        if resource.part:
            return self._part(row, resource, now, item["entry"])
        listed = self._by_kind[resource.name]
        members, waits = self._named.resolve(listed, item["entry"], row)
        if waits:
            row.state, row.reason = RowState.WAITING, waits
        row.has_password = now is None and bool(item.get("password"))
        if now is not None:
            kept = {name: value for name, value in members.items() if not self._is_kept(listed, name, now)}
            return resource.keep(now, self._read(listed, kept, now))
        return resource.added_again(self._read(listed, members, None))

    def _is_kept(self, listed: ListedKind, name: str, now: Any) -> bool:
        """Return whether a secret of a record that exists stays: a password, and what NGNPro does not return."""
        member = listed.kind.members[name]
        if name not in listed.kind.secrets or member.kind is not str:
            return False
        return listed.resource.password_kind is not None or not getattr(now, member.name)

    def _read(self, listed: ListedKind, members: Mapping[str, Any], now: Any | None) -> Any:
        try:
            return BodyReader(listed.kind, self._names).read(plain_members(listed.kind, members), now)
        except WrongMembers as wrong:
            raise ConflictRow(str(wrong)) from wrong

    def _part(self, row: JobRow, resource: Resource, now: Any | None, said: Mapping[str, Any]) -> Any:
        declared: Any = resource.in_file
        if now is None:
            wait_for_record(self._ngnpro, self._job, row, resource)
        return wanted_part(declared, row.key, now, said)

    def _gone(self, row: JobRow, resource: Resource, now: Any | None) -> None:
        """Check that a record which the file does not have may be deleted, and say what goes with it."""
        if now is None:
            raise SkipRow(_("It was deleted already."))
        others = self._job.rows.filter(kind=row.kind, position__lt=row.position)
        if others.filter(key=row.key).exists():
            raise SkipRow(_("It is in the file."))
        if others.filter(key="", state__in=TROUBLED).exists():
            raise ConflictRow(_("An entry of the file cannot be read, and may be this record. It is not deleted."))
        using = [one for one in resource.used_by(self._ngnpro, now) if one.count != 0]
        hanging = [one for one in resource.hangs(self._ngnpro, now) if one.count]
        if using or any(one.url for one in hanging):
            self._wait_for_deletions(row, [*using, *hanging])
        row.reason = _("Deleted with it: %(what)s.") % {"what": _in_words(hanging)} if hanging else ""

    def _wait_for_deletions(self, row: JobRow, found: list[Dependents]) -> None:
        """Let a deletion wait for those before it; raises ``ConflictRow`` if there are none."""
        before = self._job.rows.filter(verb=Verb.DELETE, state__in=UNFINISHED, phase__lt=row.phase)
        changes = self._job.rows.filter(verb=Verb.CHANGE, state__in=UNFINISHED, phase__lt=row.phase)
        if not before.exists() and not changes.exists():
            raise ConflictRow(_("Other records depend on it: %(what)s.") % {"what": _in_words(found)})
        row.state = RowState.WAITING


def _in_words(found: list[Dependents]) -> str:
    return ", ".join(f"{one.label}: {'?' if one.count is None else one.count}" for one in found)
