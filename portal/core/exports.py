"""CSV export of all records that a list's filter finds; the columns are the records' members, by wire name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.http import Http404, StreamingHttpResponse

from portal.core.fields import customer_text
from portal.core.names import CustomerNames
from portal.core.sealing import SECRET_NAME
from portal.core.spreadsheets import csv_response
from portal.ngnpro.records.base import Record, shape_of

OWNERS = frozenset({"owner", "customer", "reseller"})
BETWEEN = "; "
PAGE = 200


def as_spreadsheet(
    filename: str, records: Iterator[Any], names: CustomerNames, labels: list[str]
) -> StreamingHttpResponse:
    """Return a response with the records as a CSV file; ``labels`` is the header row if there are no records.

    The first page of records is fetched before the response starts, so that a refusal or an outage shows its usual
    error page. Raises ``Http404`` if the rows are not records of NGNPro.
    """
    first = next(records, None)
    if first is None:
        return csv_response(filename, labels, ())
    if not isinstance(first, Record):
        raise Http404
    if OWNERS & shape_of(type(first)).wire_names.keys():
        names.learn()
    rows = (members_of(record, names).values() for record in chain([first], records))
    return csv_response(filename, members_of(first, names), rows)


def members_of(record: Record, names: CustomerNames) -> dict[str, Any]:
    """Map the wire names of a record's members to cells, without secrets and with customers' names."""
    found: dict[str, Any] = {}
    shape = shape_of(type(record))
    for name, wire_name in shape.wire_names.items():
        value = getattr(record, name)
        if name in shape.secrets:
            continue
        if isinstance(value, Record) and type(value).__str__ is object.__str__:
            found |= members_of(value, names)
        else:
            found[wire_name] = _customer(value, names) if name in OWNERS else _cell(value)
    return found


def _customer(number: Any, names: CustomerNames) -> Any:
    known = customer_text(number, names[number]) if number in names else str(number)
    return known if number else ""


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, tuple):
        return BETWEEN.join(text for one in value if (text := _one(one)))
    return "" if value is None else value if isinstance(value, int | float) else str(value)


def _one(value: Any) -> str:
    """Return one item of a list as text; empty for a property that holds a secret."""
    if not isinstance(value, Record) or type(value).__str__ is not object.__str__:
        return str(value)
    if hasattr(value, "name") and hasattr(value, "value"):
        return "" if SECRET_NAME.search(value.name) else f"{value.name}={value.value}"
    shape = shape_of(type(value))
    shown = (getattr(value, name) for name in shape.wire_names if name not in shape.secrets and name != "id")
    return " ".join(str(_cell(one)) for one in shown)
