"""Reading all records that a list's filter finds, a page at a time, although the list may change meanwhile.

NGNPro lists records by offset, so a record that is added or deleted shifts those behind it. Each page therefore begins
with the last record of the page before. If another record is in its place, or the total has changed, the list is read
once more after its end, until it has not changed while it was read. Each record is planned once, by its key.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from portal.core.resources import require_declared
from portal.core.rooms import resources
from portal.ngnpro import Ngnpro, Pattern, Query, Range

from .models import Job, JobRow
from .planning import kind_of

PAGE = 200
MOST_PASSES = 5  # a list that changes all the time is read this often


def filter_data(conditions: Any) -> dict[str, Any]:
    """Return a list's filter as data; texts with wildcards are marked."""
    return {
        field.name: {"pattern": str(value)} if isinstance(value, Pattern) else value
        for field in dataclasses.fields(conditions)
        if field.name != "source" and (value := getattr(conditions, field.name))
    }


def filter_of(job: Job) -> Any:
    """Return the filter of a job from its data."""
    values = {
        name: Pattern(value["pattern"])
        if isinstance(value, dict)
        else tuple(value)
        if isinstance(value, list)
        else value
        for name, value in (job.filter or {}).items()
    }
    return require_declared(resources()[job.kind, ""].filter)(**values)


def read_matches(job: Job, ngnpro: Ngnpro, size: int = PAGE) -> list[tuple[JobRow, Any]]:
    """Read the next page of the records that a job is about; return a row for each that has none yet, and the record.

    Sets where the reading of the job is; its filter is ``None`` when all are read. Stores nothing.
    """
    resource = resources()[job.kind, ""]
    key_of = require_declared(resource.key)
    last = job.reading.get("last", "")
    start = job.read - 1 if last else job.read
    page = require_declared(resource.fetch)(ngnpro, Query(filter=filter_of(job), range=Range(start, size)))
    found = {key_of(record): record for record in page.items}
    keys = [key_of(record) for record in page.items]
    total = job.reading.get("total", page.total)
    has_moved = page.total != total or (bool(last) and keys[:1] != [last]) or len(found) < len(keys)
    job.reading = {**job.reading, "total": page.total, "last": keys[-1] if keys else ""}
    job.reading["moved"] = job.reading.get("moved", False) or has_moved
    is_over = len(keys) <= bool(last) or start + len(keys) >= page.total
    job.read = start + len(keys)
    if is_over:
        _end_pass(job)
    return _rows_for(job, [(key, record) for key, record in found.items() if key not in _known(job, keys)])


def _end_pass(job: Job) -> None:
    """End the reading, or begin it again if the list has changed since it began."""
    passes = job.reading.get("passes", 0) + 1
    if job.reading["moved"] and passes < MOST_PASSES:
        job.read, job.reading = 0, {"passes": passes}
    else:
        job.filter, job.reading = None, {"passes": passes, "moved": job.reading["moved"]}


def _known(job: Job, keys: Iterable[str]) -> set[str]:
    return set(job.rows.filter(key__in=list(keys)).values_list("key", flat=True))


def _rows_for(job: Job, records: list[tuple[str, Any]]) -> list[tuple[JobRow, Any]]:
    last = job.rows.order_by("-position").values_list("position", flat=True).first()
    first = 0 if last is None else last + 1
    return [
        (JobRow(job=job, position=position, kind=kind_of(job), key=key), record)
        for position, (key, record) in enumerate(records, first)
    ]
