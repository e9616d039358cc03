"""The query of a list call: filter, orderBy and range (contract: Listing)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement

from .call import Call, Record
from .members import checked
from .soap.faults import invalid
from .store.filters import is_pattern, literal, matches
from .store.paging import Listing
from .values import domain_key, fold, number, text

_FILTER_LENGTH = 320
_DEFAULT_COUNT = 5000

Orders = Mapping[str, tuple[str, ...]]


def read_listing(call: Call, query: Record | None, orders: Orders, default: str) -> Listing:
    """Read orderBy and range; ``default`` is an order like ``-changeDate``, a minus meaning descending.

    Raises VALUE_INVALID for an attribute or direction that the contract does not name.
    """
    query = query or {}
    order_by = query.get("orderBy") or {}
    attribute = order_by.get("attribute") or default.removeprefix("-")
    if attribute not in orders:
        raise invalid("attribute", f"this list is sorted by {', '.join(orders)}.")
    direction = (order_by.get("direction") or ("DESC" if default.startswith("-") else "ASC")).upper()
    if direction not in ("ASC", "DESC"):
        raise invalid("direction", "ASC or DESC is expected.")
    window = query.get("range") or {}
    highest = call.config.platform.max_rows
    return Listing(
        order=orders[attribute],
        descending=direction == "DESC",
        start=checked("start", number(), window.get("start") or 0),
        count=checked("count", number(0, highest), window.get("count") or 0) or _DEFAULT_COUNT,
    )


def filter_of(query: Record | None) -> Record:
    """Get the filter of a query without its empty conditions: empty text, 0 and null ask for nothing."""
    given = (query or {}).get("filter") or {}
    return {name: value for name, value in given.items() if value not in ("", 0, None, [])}


def text_conditions(given: Record, columns: Mapping[str, ColumnElement[Any]]) -> list[ColumnElement[bool]]:
    """Make conditions of the text members of a filter, each compared with its folded column."""
    return [
        matches(column, fold(checked(name, text(_FILTER_LENGTH), given[name])))
        for name, column in columns.items()
        if given.get(name, "").strip("%")
    ]


def with_stored_domains(given: Record, *names: str) -> Record:
    """Give the domains of a filter that have no wildcards the form in which they are stored."""
    exact = {name: domain_key(literal(given[name])) for name in names if name in given and not is_pattern(given[name])}
    return given | exact


def equalities(given: Record, columns: Mapping[str, str]) -> dict[str, Any]:
    """Make exact conditions of the number members of a filter: column name to value."""
    return {column: given[name] for name, column in columns.items() if name in given}
