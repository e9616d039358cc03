"""The kinds of records in the file of a domain, taken from the rooms' declarations, and the lines of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from ngnpro_wire.facts.passwords import PasswordKind, is_digest_pair, why_refused
from portal.core.file_entries import EntriesInFile, Entry, EntryShape, FileRole, InFile, PartInFile
from portal.core.passwords import common_passwords, known_of
from portal.core.resources import Resource
from portal.core.rooms import resources
from portal.ngnpro.records.base import Record


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of record in the file: its resource, its declaration there, and the resources of its parts."""

    resource: Resource
    in_file: InFile
    parts: tuple[tuple[Resource, PartInFile | EntriesInFile], ...]

    @property
    def name(self) -> str:
        return self.in_file.name

    @property
    def role(self) -> FileRole:
        return self.in_file.role

    @property
    def shapes(self) -> Mapping[type[Record], EntryShape]:
        """Map the types of the records within an entry to their shapes."""
        declared = [self.in_file.shape, *(part.shape for _resource, part in self.parts if part.shape)]
        return {record: shape for one in declared for record, shape in one.shapes.items()}

    def members(self, *, secrets: bool) -> Mapping[str, Any]:
        """Map the names of the members of an entry to their types."""
        found: dict[str, Any] = dict(self.in_file.shape.types(secrets=secrets))
        found |= dict.fromkeys((*self.in_file.key, *self.in_file.more), str)
        found |= dict.fromkeys(self.in_file.owners, str | None)
        for _resource, part in self.parts:
            found |= part.members
        return found

    def key_of(self, record: Any) -> str:
        """Return the key that the entry of a record has."""
        return "@".join(read(record) for read in self.in_file.key.values())

    def find(self, ngnpro: Any, key: str) -> Any | None:
        """Return the record with the key of an entry; ``None`` if it does not exist."""
        find = self.in_file.find or self.resource.find
        return find(ngnpro, key) if find else None


@lru_cache(maxsize=1)
def file_kinds() -> Mapping[str, FileKind]:
    """Map the names of the kinds to them, in the order in which records are stored: by role, then by room."""
    declared = [
        FileKind(resource, resource.in_file, tuple(_parts_of(resource)))
        for resource in resources().values()
        if isinstance(resource.in_file, InFile)
    ]
    roles = list(FileRole)
    return {kind.name: kind for kind in sorted(declared, key=lambda kind: roles.index(kind.role))}


def _parts_of(resource: Resource) -> list[tuple[Resource, PartInFile | EntriesInFile]]:
    found = [
        (part, part.in_file)
        for (name, _part), part in resources().items()
        if name == resource.name and isinstance(part.in_file, PartInFile | EntriesInFile)
    ]
    return sorted(found, key=lambda pair: not (isinstance(pair[1], PartInFile) and pair[1].first))


def kinds_with(role: FileRole) -> list[FileKind]:
    """List the kinds that have a role."""
    return [kind for kind in file_kinds().values() if kind.role is role]


@lru_cache(maxsize=1)
def domain_kind() -> FileKind:
    """Return the kind of the domain itself."""
    (kind,) = kinds_with(FileRole.DOMAIN)
    return kind


@lru_cache(maxsize=1)
def owner_kind() -> FileKind:
    """Return the kind of the owners."""
    (kind,) = kinds_with(FileRole.OWNER)
    return kind


@dataclass(frozen=True, slots=True)
class FileLine:
    """One record of the file."""

    kind: FileKind
    entry: Entry

    @property
    def key(self) -> str:
        return self.kind.in_file.key_of(self.entry)

    def settled(self) -> tuple[FileLine, str]:
        """Return the line without the passwords that the policy refuses, and sentences about them; empty for none.

        The record is still added, with a random password. Hashes cannot be checked and are stored, so that phones keep
        working.
        """
        known = [*known_of(self.entry), *_names_in(self.entry)]

        def is_weak(kind: PasswordKind, password: str) -> bool:
            is_checked = bool(password) and not is_digest_pair(password)
            return is_checked and why_refused(kind, password, known, common_passwords()) is not None

        entry, said = self.kind.in_file.settle(self.entry, is_weak)
        for _resource, part in self.kind.parts:
            if isinstance(part, PartInFile):
                entry, more = part.settle(entry, is_weak)
                said = [*said, *more]
        return FileLine(self.kind, entry), " ".join([*said, _("Set another one.")]) if said else ""


def _names_in(entry: Entry) -> list[str]:
    """List facts about the person from members that ``known_of`` does not read."""
    return [entry[name] for name in ("address", "firstName", "lastName") if entry.get(name)]


def differing_members(kind: FileKind, entry: Entry, present: Entry) -> list[str]:
    """List the members in which a stored record differs from the file's entry, except those not in the file."""
    secrets = kind.in_file.shape.secret_members
    return sorted(name for name in present if name in entry and name not in secrets and entry[name] != present[name])


def why_missing(line: FileLine) -> str:
    """Return a sentence about why a missing owner is not added."""
    if not line.kind.in_file.is_whole(line.entry):
        return _(
            "It does not exist here, and the file has too little to add it. Its records get another owner or none."
        )
    return _("It does not exist here, and you may not add it. Its records get another owner or none.")
