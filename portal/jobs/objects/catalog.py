"""The kinds of records that rooms declare and that can be written as objects, and the parts of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from portal.core.file_entries import EntriesInFile, types_of
from portal.core.resources import NEVER_WRITTEN, Resource
from portal.core.rooms import resource_of, resources
from portal.jobs.columns import Member, members_in
from portal.ngnpro.records.base import shape_of

from .values import is_named_value, item_of, to_json


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record as the API offers it: its resource, and its members by wire name."""

    resource: Resource
    members: Mapping[str, Member]
    secrets: frozenset[str]

    @property
    def room(self) -> str:
        return self.resource.room

    @property
    def path(self) -> str:
        """The path of its list below ``/api/v1/``: that of its room."""
        return self.room.replace(":", "/")

    @property
    def name(self) -> str:
        """Its name in the OpenAPI document."""
        return "".join(word.capitalize() for word in self.resource.name.split("-"))

    @property
    def read_only(self) -> frozenset[str]:
        """The members that NGNPro sets."""
        fixed = self.resource.read_only | NEVER_WRITTEN | ({"id"} if self.resource.numbered else set())
        return frozenset(fixed & set(self.members))

    def key_of(self, record: Any) -> str:
        return self.resource.key(record) if self.resource.key else ""

    def read(self, record: Any) -> dict[str, Any]:
        """Return a record as the API shows it: without secrets."""
        found: dict[str, Any] = {}
        _collect(record, found)
        return {name: found[name] for name in self.members if name not in self.secrets}


def _collect(record: Any, found: dict[str, Any]) -> None:
    for member in members_in(type(record)):
        value = getattr(record, member.name)
        if member.is_struct:
            _collect(value, found)
        elif value == () and is_named_value(item_of(member.kind)):
            found[member.wire] = {}
        else:
            found[member.wire] = to_json(value)


def _members_of(record: type[Any]) -> dict[str, tuple[Member, bool]]:
    """Map the wire names of the members of a record, and of the records in it, to them, and whether they are secret."""
    found: dict[str, tuple[Member, bool]] = {}
    for member in members_in(record):
        if member.is_struct:
            found |= _members_of(types_of(record)[member.name])
        else:
            found[member.wire] = (member, member.name in shape_of(record).secrets)
    return found


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, Kind]:
    """Map the names of the kinds of records that the API offers to them: all that can be listed, found and changed."""
    found = {}
    for (name, part), resource in resources().items():
        if part or not (resource.fetch and resource.find and resource.key and resource.record and resource.columns):
            continue
        known = _members_of(resource.record)
        members = {column: known[column][0] for column in resource.columns if column in known}
        secrets = frozenset(column for column in members if known[column][1])
        found[name] = Kind(resource, members, secrets)
    return found


@lru_cache(maxsize=1)
def parts() -> Mapping[tuple[str, str], Resource]:
    """Map the kinds and names of parts of records that are read and written as a whole to their resources."""
    declared = ((name, part) for name, part in resources() if part and name in kinds())
    found = {(name, part): resource_of(f"{name}/{part}") for name, part in declared}
    return {key: one for key, one in found.items() if one.find and one.update and one.in_job is None}


def members_of_part(resource: Resource) -> Mapping[str, Any]:
    """Map the members of a part that is no record to their types."""
    if isinstance(resource.in_file, EntriesInFile):
        return resource.in_file.members
    return dict.fromkeys(resource.words, tuple[str, ...])
