"""The entries of a platform's file as the rows of a job, and rows for the records that the file does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from portal.core.file_entries import PartInFile
from portal.core.resources import require_declared
from portal.core.viewer import Viewer
from portal.jobs.images import Image
from portal.jobs.models import Job, JobRow
from portal.ngnpro import Ngnpro
from portal.ngnpro.ports.base import iterate_records

from .kinds import USERNAME, ListedKind, listed_kinds
from .reading import PlatformEntry

PHASES = 4  # of one list: customers who are their own resellers, records, first parts, other parts


def platform_rows(job: Job, found: Mapping[str, list[PlatformEntry]]) -> Iterator[JobRow]:
    """Iterate over the rows of a file: one for each record, and one for each part of it that the file has."""
    first = {name: number * PHASES for number, name in enumerate(listed_kinds())}
    position = 0
    for name, entries in found.items():
        for entry in entries:
            for kind, phase, item in _items_of(entry):
                row = JobRow(job=job, position=position, line=entry.line, kind=kind, phase=first[name] + phase)
                row.sealed = Image(item=item).sealed()
                position += 1
                yield row


def _items_of(entry: PlatformEntry) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Iterate over a record and its parts: the kind of each, its phase within the list, and what the file says."""
    listed = entry.listed
    yield listed.resource.name, int(not _owns_itself(entry.members)), _item(entry)
    identity = {name: entry.members[name] for name in listed.identity if name in entry.members}
    for resource, declared in listed.parts:
        if members := entry.parts.get(resource.part):
            is_first = isinstance(declared, PartInFile) and declared.first
            yield f"{resource.name}/{resource.part}", 2 if is_first else 3, {"entry": members, "of": identity}


def _item(entry: PlatformEntry) -> dict[str, Any]:
    # Customers have no letters, so their passwords are not given out by the job.
    given_out = entry.generated if not entry.listed.resource.numbered else ""
    return {"entry": dict(entry.members), "password": given_out}


def _owns_itself(members: Mapping[str, Any]) -> bool:
    return USERNAME in members and members.get("reseller") in (None, "", members[USERNAME])


def rows_to_delete(
    job: Job, found: Mapping[str, list[PlatformEntry]], ngnpro: Ngnpro, viewer: Viewer
) -> Iterator[JobRow]:
    """Iterate over rows for the records of the file's lists that the file may not have; they are deleted last.

    Plans compare them once more, by the keys that the other rows then have.
    """
    position = job.rows.count()
    lists = list(listed_kinds())
    for name in reversed([name for name in lists if name in found]):
        listed, phase = listed_kinds()[name], (2 * len(lists) - lists.index(name)) * PHASES
        keys = {_plain_key(listed, entry) for entry in found[name]}
        for record in iterate_records(partial(require_declared(listed.resource.fetch), ngnpro)):
            key = listed.kind.key_of(record)
            if key.casefold() in keys or key == str(viewer.own_customer):
                continue
            is_own_owner = listed.resource.numbered and str(getattr(record, "reseller", "")) == key
            row = JobRow(job=job, position=position, kind=listed.resource.name, key=key)
            row.phase, row.sealed = phase + int(is_own_owner), Image(item={"gone": True}).sealed()
            position += 1
            yield row


def _plain_key(listed: ListedKind, entry: PlatformEntry) -> str:
    """Return the key of an entry as far as its text tells; empty if NGNPro chooses keys."""
    if listed.resource.numbered:
        return ""
    return "@".join(str(entry.members.get(name) or "") for name in listed.identity).casefold()
