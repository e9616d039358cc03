"""Operations that list records: reads filter, orderBy and range; returns one page and a total (contract: Listing)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table

from ngnpro_server.faults import invalid
from ngnpro_wire.facts.filters import has_wildcards, unescape_filter

from . import access
from .accents import fold_accents
from .call import Call, Record
from .members import checked
from .store.counts import Tally
from .store.paging import Branch, Listing, count_rows, fetch_few, fetch_page, find_few, matches_pattern
from .values import domain_key, fold, number, text

_FILTER_LENGTH = 320
_DEFAULT_COUNT = 5000

Conditions = Callable[[Call, Record], Sequence[ColumnElement[bool]]]
Total = Callable[[Call, Record, Sequence[Branch]], int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The description of one list operation: its table, and the orders and filters that it supports.

    ``orders`` maps each attribute of orderBy to the columns to sort by, the last of them unique; ``default`` is an
    order like ``-changeDate``, where a minus means descending. ``numbers`` maps members of the filter to columns that
    must have exactly that value, ``texts`` those that are matched as patterns with folded text, ``unaccented`` those of
    them that are stored without accents, and ``more`` builds further conditions. ``domains`` are members that contain
    a domain name: without wildcards the whole name is looked up, in its stored form. ``tally`` has the stored totals;
    ``total`` may return one that ``tally`` does not have.
    """

    table: Table
    orders: Mapping[str, tuple[str, ...]]
    default: str
    numbers: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    unaccented: Collection[str] = ()
    domains: Mapping[str, str] = field(default_factory=dict)
    more: Conditions = lambda _call, _given: ()
    tally: Tally | None = None
    total: Total = lambda _call, _given, _parts: None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows, and the total number of rows."""

    total: int
    rows: Sequence[RowMapping]


def read_page(call: Call, listed: Listed, query: Record | None, parts: Sequence[Branch] | None = None) -> Page:
    """Return the page that a query asks for: of the rows that the caller can see, or of the given parts of the table.

    Raises VALUE_INVALID for an order, direction, range or filter value that the contract does not allow.
    """
    listing = read_listing(call, query, listed)
    given = filter_of(query)
    equals = {column: given[name] for name, column in listed.numbers.items() if name in given}
    for name, column in listed.domains.items():
        if name in given and not has_wildcards(given[name]):
            name_asked = checked(name, text(_FILTER_LENGTH), given.pop(name))
            equals[column] = domain_key(unescape_filter(name_asked))
    conditions = [*_text_conditions(given, listed), *listed.more(call, given)]
    seen = access.branches(call.caller, listed.table) if parts is None else parts
    narrowed = access.narrowed(call, seen, equals, conditions)
    total = listed.total(call, given, narrowed)
    if total is None and any(branch.conditions for branch in narrowed):
        keys = find_few(call.connection, listed.table, narrowed)
        if keys is not None:
            return Page(len(keys), fetch_few(call.connection, listed.table, keys, listing))
    if total is None:
        total = count_rows(call.connection, listed.table, narrowed, listed.tally)
    return Page(total, fetch_page(call.connection, listed.table, narrowed, listing, total))


def read_listing(call: Call, query: Record | None, listed: Listed) -> Listing:
    """Return the order and range that a query asks for. Raises VALUE_INVALID."""
    query = query or {}
    order_by = query.get("orderBy") or {}
    attribute = order_by.get("attribute") or listed.default.removeprefix("-")
    if attribute not in listed.orders:
        raise invalid("attribute", f"this list is sorted by {', '.join(listed.orders)}.")
    direction = (order_by.get("direction") or ("DESC" if listed.default.startswith("-") else "ASC")).upper()
    if direction not in ("ASC", "DESC"):
        raise invalid("direction", "ASC or DESC is expected.")
    start, count = read_range(call, query.get("range"))
    return Listing(listed.orders[attribute], direction == "DESC", start, count)


def read_range(call: Call, window: Record | None) -> tuple[int, int]:
    """Return the start and the number of rows of a range; the default number is 5000. Raises VALUE_INVALID."""
    window = window or {}
    highest = call.config.platform.max_rows
    start = checked("start", number(), window.get("start") or 0)
    return start, checked("count", number(0, highest), window.get("count") or 0) or _DEFAULT_COUNT


def filter_of(query: Record | None) -> Record:
    """Return the filter of a query without its empty conditions: empty text, 0 and null."""
    given = (query or {}).get("filter") or {}
    return {name: value for name, value in given.items() if value not in ("", 0, None, [])}


def _text_conditions(given: Record, listed: Listed) -> list[ColumnElement[bool]]:
    conditions = []
    for name, column in listed.texts.items():
        if given.get(name, "").strip("%"):
            wanted = checked(name, text(_FILTER_LENGTH), given[name])
            conditions.append(matches_pattern(column, (fold_accents if name in listed.unaccented else fold)(wanted)))
    return conditions
