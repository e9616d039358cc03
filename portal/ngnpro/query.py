"""How a list is asked for, and what comes back: filter, order, range, page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

F = TypeVar("F")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OrderBy:
    """Sorts a list by one member.

    ``attribute`` is its name on the wire, e.g. ``changeDate``; which ones a list can be sorted by is said at
    the port's method (contract: Listing).
    """

    attribute: str
    direction: Literal["ASC", "DESC"] = "ASC"


@dataclass(frozen=True, slots=True)
class Range:
    """Cuts a window out of a list: ``start`` counts from 0, ``count`` is the most rows wanted."""

    start: int = 0
    count: int = 25


# Generic dataclasses go without slots: with them, Query[SipFilter](...) fails.
@dataclass(frozen=True, kw_only=True)
class Query(Generic[F]):
    """Asks for a list. Without ``order_by`` and ``range`` the server decides on both."""

    filter: F | None = None
    order_by: OrderBy | None = None
    range: Range | None = None


@dataclass(frozen=True)
class Page(Generic[T]):
    """One window of a list: ``total`` counts all matches, ``items`` holds the window's."""

    total: int
    items: tuple[T, ...] = ()

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)
