"""Rows of a file that name the record of another row, such as customers whose reseller is in the same spreadsheet.

The order of the rows does not matter: those that name others are written after them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from portal.core.many_rows import update_rows
from portal.core.resources import Resource, RowReference
from portal.core.sealing import seal

from .images import image_of
from .importing import typed_cells
from .models import Job, JobRow

BATCH = 500


def note_references(job: Job, resource: Resource, mapping: Sequence[str]) -> None:
    """Find the rows of a job's file that name others, and store which, and after how many others they are written."""
    for reference in resource.row_references:
        if reference.column in mapping:
            named = _named_rows(job, reference, mapping)
            in_order = {row: other for row, other in named.items() if _depth(named, row) is not None}
            _store(job, reference.column, in_order)


def _named_rows(job: Job, reference: RowReference, mapping: Sequence[str]) -> dict[int, int]:
    """Map the positions of the rows that name another row, or themselves, to that of the named one."""
    wanted: dict[int, str] = {}
    known: dict[str, dict[str, int]] = {name: {} for name in reference.names}
    twice: set[tuple[str, str]] = set()
    for position, cells in _cells(job, mapping):
        if text := cells.get(reference.column, ""):
            wanted[position] = text
        for name in reference.names:
            text = cells.get(name, "")
            if text and known[name].setdefault(text, position) != position:
                twice.add((name, text))
    found = {}
    for position, text in wanted.items():
        options = [rows[text] for name, rows in known.items() if text in rows and (name, text) not in twice]
        if options:
            found[position] = options[0]
    return found


def _cells(job: Job, mapping: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    for row in job.rows.filter(kind=job.kind).order_by("position").iterator():
        typed = typed_cells(job.sheet or {}, image_of(row.kind, row.sealed).item)
        yield row.position, {name: text.strip().casefold() for name, text in zip(mapping, typed, strict=False)}


def _depth(named: Mapping[int, int], row: int) -> int | None:
    """Return after how many others a row is written; ``None`` if rows name each other in a circle."""
    depth = 0
    while row in named and named[row] != row:
        row, depth = named[row], depth + 1
        if depth > len(named):
            return None
    return depth


def _store(job: Job, column: str, named: Mapping[int, int]) -> None:
    remaining = iter(named)
    while positions := list(islice(remaining, BATCH)):
        rows = list(JobRow.objects.filter(job=job, position__in=positions))
        for row in rows:
            item = image_of(row.kind, row.sealed).item
            row.sealed = seal(json.dumps({"item": {"row": item, "named": {column: named[row.position]}}}))
            row.phase = _depth(named, row.position) or 0
        update_rows(rows, ("sealed", "phase"))
