"""The lists of a platform's file, taken from the rooms' declarations, in the order in which records are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import Any

from portal.core.customer_names import CUSTOMER_KIND, CUSTOMER_MEMBERS
from portal.core.file_entries import EntriesInFile, InFile, PartInFile
from portal.core.resources import Reference, Resource
from portal.core.rooms import resources
from portal.jobs.objects.catalog import Kind, kinds

# Members with the number of a customer, which the file has as their username.
CUSTOMER_NUMBERS = CUSTOMER_MEMBERS | {"impersonate"}
USERNAME = "username"


@dataclass(frozen=True, slots=True)
class ListedKind:
    """A list of the file: its name, the kind of its records, and the members that an entry may have.

    ``references`` are those to records that the file names, and ``parts`` the parts of a record, by their members.
    """

    name: str
    kind: Kind
    references: tuple[Reference, ...]
    parts: tuple[tuple[Resource, PartInFile | EntriesInFile], ...]

    @property
    def resource(self) -> Resource:
        return self.kind.resource

    @property
    def members(self) -> tuple[str, ...]:
        """The members of the record that an entry may have, in order; references are there by name and by number."""
        named = {one.number: one.name for one in self.references}
        written = [name for name in self.kind.members if name not in self.kind.read_only]
        return tuple(name for wire in written for name in ((named[wire], wire) if wire in named else (wire,)))

    @property
    def identity(self) -> tuple[str, ...]:
        """The members that tell the entries of the list apart; empty if only all members together do."""
        if self.resource.numbered:
            return (USERNAME,) if self.resource.name == CUSTOMER_KIND else ()
        return self.resource.columns[: self.resource.key_columns]


@lru_cache(maxsize=1)
def listed_kinds() -> Mapping[str, ListedKind]:
    """Map the names of the lists to them; records come after those that they name, and else in the order of rooms."""
    declared = {name: kind for name, kind in kinds().items() if kind.resource.in_platform}
    found = [_listed(declared[name]) for name in _in_order(declared)]
    return {one.name: one for one in found}


def _listed(kind: Kind) -> ListedKind:
    parts = [
        (resource, resource.in_file)
        for (name, part), resource in resources().items()
        if part and name == kind.resource.name and isinstance(resource.in_file, PartInFile | EntriesInFile)
    ]
    parts.sort(key=lambda pair: not (isinstance(pair[1], PartInFile) and pair[1].first))
    name = kind.room.rpartition(":")[2]
    return ListedKind(name, kind, kind.resource.references, tuple(parts))


def _in_order(declared: Mapping[str, Kind]) -> list[str]:
    """Order kinds so that each comes after those that its members name, and those that hold its records."""
    lists = {one.in_file.name: name for name, one in _in_domain_files(declared).items()}
    before: dict[str, set[str]] = {name: set() for name in declared}
    for name, kind in declared.items():
        columns = set(kind.resource.columns)
        before[name] |= {other for other in declared if other in columns and other != name}
        if CUSTOMER_MEMBERS & columns and name != CUSTOMER_KIND:
            before[name].add(CUSTOMER_KIND)
        in_file: Any = kind.resource.in_file
        if isinstance(in_file, InFile) and in_file.holds and in_file.holds.held in lists:
            before[lists[in_file.holds.held]].add(name)
    sorter, found = TopologicalSorter(before), []
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=list(declared).index)
        found += ready
        sorter.done(*ready)
    return found


def _in_domain_files(declared: Mapping[str, Kind]) -> dict[str, Any]:
    return {name: kind.resource for name, kind in declared.items() if isinstance(kind.resource.in_file, InFile)}
