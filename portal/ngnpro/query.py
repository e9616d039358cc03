"""Queries for lists and their results: filter, order, range and page.

A plain text in a filter has no wildcards; a ``Pattern`` is a text with wildcards. On the wire ``%`` and ``_`` are
wildcards (contract: Listing), so in plain texts they are escaped with a backslash. The contract does not say whether
every server knows the backslash: ``exact_page`` in ``ports.base`` therefore checks the rows that are returned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from ngnpro_wire.facts.filters import escape_filter

F = TypeVar("F")
T = TypeVar("T")


class Pattern(str):
    """A filter text in which ``%`` matches any characters and ``_`` any one, unless escaped with a backslash."""

    __slots__ = ()


def pattern_beginning(text: str) -> Pattern:
    """Return the pattern that matches texts beginning with ``text``."""
    return Pattern(f"{escape_filter(text)}%")


@dataclass(frozen=True, slots=True)
class OrderBy:
    """The order of a list by one member.

    ``attribute`` is the wire name of the member, e.g. ``changeDate``; the port's method documents which ones its
    list can be sorted by (contract: Listing).
    """

    attribute: str
    direction: Literal["ASC", "DESC"] = "ASC"


@dataclass(frozen=True, slots=True)
class Range:
    """A window of a list: ``start`` counts from 0, ``count`` is the largest number of rows."""

    start: int = 0
    count: int = 25


# Generic dataclasses have no slots: with slots, Query[SipFilter](...) fails.
@dataclass(frozen=True, kw_only=True)
class Query(Generic[F]):
    """A query for a list; without ``order_by`` and ``range`` the server's defaults apply."""

    filter: F | None = None
    order_by: OrderBy | None = None
    range: Range | None = None


@dataclass(frozen=True)
class RecordPage(Generic[T]):
    """One window of a list: ``total`` is the number of all matches, ``items`` holds those in the window."""

    total: int
    items: tuple[T, ...] = ()

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)
