"""CustomerPort: properties of customers, each with a category and the lowest level that may change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import invalid
from ngnpro_server.members import checked
from ngnpro_server.store import customers
from ngnpro_wire.facts.customer_properties import CATEGORIES, KNOWN_PROPERTIES, PERMISSIONS

_LENGTH = 4000
_MAX_PROPERTIES = 500


def set_properties(call: Call, customer: int | None = None, properties: Sequence[Record] = ()) -> None:
    """Store the given properties and leave the others unchanged (contract: setProperties)."""
    row = access.known_customer(call, customer or 0)
    store_properties(call, row, properties or ())


def get_properties(call: Call, customer: int | None = None) -> list[Record]:
    """Return the properties of a customer that the caller may see."""
    row = access.readable_customer(call, customer or 0)
    stored = customers.properties_of_customers(call.connection, [row["id"]])
    return write_properties(call, row, stored[row["id"]])


def store_properties(call: Call, target: Any, given: Sequence[Record], *, replace: bool = False) -> None:
    """Store properties of a customer; ``replace`` deletes all others that the caller may change."""
    if len(given) > _MAX_PROPERTIES:
        raise invalid("properties", f"at most {_MAX_PROPERTIES} properties are allowed.")
    stored = {
        row["name"]: row for row in customers.properties_of_customers(call.connection, [target["id"]])[target["id"]]
    }
    named = set()
    for entry in given:
        wanted = _read(call, entry, stored)
        named.add(wanted["name"])
        current = stored.get(wanted["name"])
        if current is None or any(current[column] != value for column, value in wanted.items()):
            access.check_property(call, target, wanted["name"], wanted["permission"], current)
            customers.set_property(call.connection, target["id"], wanted)
    if replace:
        left_out = [row for name, row in stored.items() if name not in named]
        gone = [row["name"] for row in left_out if access.changes_property(call, target, row)]
        customers.remove_properties(call.connection, target["id"], gone)


def write_properties(call: Call, target: Any, rows: Sequence[Any]) -> list[Record]:
    """Return the wire records of those properties that the caller may see."""
    return [
        {column: row[column] for column in ("name", "value", "category", "permission")}
        for row in rows
        if access.sees_property(call, target, row)
    ]


def _read(call: Call, entry: Record, stored: Mapping[str, Any]) -> dict[str, str]:
    """Return the columns of one property; a known one always has the category and permission of the contract."""
    name = checked("name", values.name, entry.get("name") or "")
    value = checked("value", values.text(_LENGTH, lines=True), entry.get("value") or "")
    known = KNOWN_PROPERTIES.get(name)
    if known is not None:
        if known.category == "credit" and value.strip() and not value.strip().isdecimal():
            raise invalid("value", f"{name} is a whole number, or empty for no limit.")
        return {"name": name, "value": value, "category": known.category, "permission": known.permission}
    current = stored.get(name) or {"category": "sip", "permission": access.permission_of(call.caller.level)}
    category = entry.get("category") or current["category"]
    permission = entry.get("permission") or current["permission"]
    if category not in CATEGORIES:
        raise invalid("category", f"one of {', '.join(CATEGORIES)} is expected.")
    if permission not in PERMISSIONS:
        raise invalid("permission", f"one of {', '.join(PERMISSIONS)} is expected.")
    return {"name": name, "value": value, "category": category, "permission": permission}


OPERATIONS: dict[str, Operation] = {
    "setProperties": set_properties,
    "getProperties": get_properties,
}
