"""Queries of lists and their results: filter, order, range, page.

A text in a filter has no wildcards; ``Pattern`` is a text with wildcards. On the wire ``%`` and ``_`` are wildcards
(contract: Listing), so that plain texts go out with a backslash before these. Whether a server knows the backslash is
not said anywhere: ``exact_page`` in ``ports.base`` compares what comes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from ngnpro_wire.facts.filters import escape_filter

F = TypeVar("F")
T = TypeVar("T")


class Pattern(str):
    """A filter's text in which ``%`` is any run of characters and ``_`` any one, unless a backslash is before it."""

    __slots__ = ()


def beginning(text: str) -> Pattern:
    """Return the pattern for texts that begin with a text."""
    return Pattern(f"{escape_filter(text)}%")


@dataclass(frozen=True, slots=True)
class OrderBy:
    """The order of a list by one member.

    ``attribute`` is its name on the wire, e.g. ``changeDate``; which ones a list can be sorted by is said at
    the port's method (contract: Listing).
    """

    attribute: str
    direction: Literal["ASC", "DESC"] = "ASC"


@dataclass(frozen=True, slots=True)
class Range:
    """A window of a list: ``start`` counts from 0, ``count`` is the largest number of rows."""

    start: int = 0
    count: int = 25


# Generic dataclasses go without slots: with them, Query[SipFilter](...) fails.
@dataclass(frozen=True, kw_only=True)
class Query(Generic[F]):
    """A query for a list. Without ``order_by`` and ``range`` the server decides on both."""

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
