"""Records that depend on another record, and how many there are; an unknown number is not 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.dispatch import Signal

from portal.ngnpro import Query, Range, RecordPage, errors

# Asks what the portal itself stores of a ``record`` of NGNPro server ``engine``; receivers return a list of Dependents.
stored_here = Signal()


@dataclass(frozen=True, slots=True)
class Dependents:
    """Records of one kind that depend on a record: how many there are, their label, and the URL of their list.

    ``count`` is ``None`` if the number is unknown, because NGNPro refused or failed. ``note`` is a remark about them.
    """

    count: int | None
    label: str
    url: str = ""
    note: str = ""


def count_records(fetch: Callable[[Query[Any]], RecordPage[Any]], conditions: Any) -> int | None:
    """Count records without fetching them.

    Returns 0 if this NGNPro server has no such records, and ``None`` if it refused or did not answer.
    """
    return count_or_unknown(lambda: fetch(Query(filter=conditions, range=Range(0, 1))).total)


def count_or_unknown(count: Callable[[], int]) -> int | None:
    """Return what ``count`` returns; 0 if the server does not offer the call, ``None`` if it refused or failed."""
    try:
        return count()
    except errors.NotOffered:
        return 0
    except errors.NgnproError:
        return None


def stored_with(record: object, engine: str) -> list[Dependents]:
    """List what the portal itself stores of a record, and deletes with it."""
    answers: list[tuple[Any, Any]] = stored_here.send(sender=Dependents, record=record, engine=engine)
    return [one for _receiver, found in answers for one in found if one.count]
