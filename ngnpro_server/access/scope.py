"""The records that a caller can see, and the owners of new records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table

from ngnpro_server.call import Call, Caller, Level, Record
from ngnpro_server.faults import Fault, invalid
from ngnpro_server.store import customers
from ngnpro_server.store.paging import Branch
from ngnpro_server.store.scopes import simplify_branches
from ngnpro_wire.facts.fault_codes import FaultCode


def branches(caller: Caller, table: Table) -> list[Branch]:
    """Return the rows of a table that the caller can see, as branches that have no row in common.

    The table has the columns ``customer_id`` and ``reseller_id``, and may have ``outsider_id``.
    """
    if caller.is_administrator:
        return [Branch()]
    if caller.level is Level.RESELLER:
        return [Branch({"reseller_id": caller.reseller})]
    own = [Branch({"customer_id": caller.customer})]
    if "outsider_id" in table.c:
        own.append(Branch({"outsider_id": caller.customer}))
    return own


def narrowed(
    call: Call, parts: Sequence[Branch], equals: Mapping[str, Any], conditions: Sequence[ColumnElement[bool]] = ()
) -> list[Branch]:
    """Return parts of a table, narrowed by the conditions of a filter."""
    left = (part.narrowed(equals, conditions) for part in parts)
    return simplify_branches(call.connection, [part for part in left if part is not None])


def sees(caller: Caller, row: Any) -> bool:
    """Return whether the caller can see a row of ``customer_id``, ``reseller_id`` and perhaps ``owner_id``."""
    if caller.is_administrator:
        return True
    if caller.level is Level.RESELLER:
        return bool(row["reseller_id"] == caller.reseller)
    return caller.customer in (row["customer_id"], row.get("owner_id"))


def holds(caller: Caller, row: Any) -> bool:
    """Return whether the caller may add records to a domain or range: their own, or for a reseller their customers'."""
    return sees(caller, {"reseller_id": row["reseller_id"], "customer_id": row["customer_id"]})


def sees_customer(caller: Caller, row: Any) -> bool:
    """Return whether the caller may manage a customer: administrators any, resellers theirs, customers themselves."""
    if caller.is_administrator:
        return True
    if caller.level is Level.RESELLER:
        return bool(row["reseller_id"] == caller.reseller)
    return bool(row["id"] == caller.customer)


def known_customer(call: Call, customer_id: int, *, lock: bool = False) -> Any:
    """Return a customer that the caller may manage; ``lock`` locks its row. Raises CUSTOMER_MISSING."""
    row = customers.find_customer(call.connection, customer_id, lock=lock)
    if row is None or not sees_customer(call.caller, row):
        raise Fault(FaultCode.CUSTOMER_MISSING, f"There is no customer {customer_id}.")
    return row


def readable_customer(call: Call, customer_id: int) -> Any:
    """Return a customer that the caller may manage, or the caller's own reseller. Raises CUSTOMER_MISSING."""
    if customer_id and customer_id == call.caller.reseller:
        return customers.find_customer(call.connection, customer_id)
    return known_customer(call, customer_id)


def customer_branches(caller: Caller) -> list[Branch]:
    """Return the customers that the caller may manage, as branches."""
    if caller.is_administrator:
        return [Branch()]
    if caller.level is Level.RESELLER:
        return [Branch({"reseller_id": caller.reseller})]
    return [Branch({"id": caller.customer})]


def reseller_branches(caller: Caller) -> list[Branch]:
    """Return the customers that getResellers searches: those the caller may manage, and a customer's own reseller."""
    parts = customer_branches(caller)
    if caller.level is Level.CUSTOMER:
        parts.append(Branch({"id": caller.reseller}))
    return parts


def holder(call: Call, record: Record, current: Any = None) -> dict[str, int]:
    """Return ``customer_id`` and ``reseller_id`` of a domain or range that is added or changed.

    The default of a new one is the caller's customer. The reseller is that of the customer; only an administrator may
    set a reseller without a customer (contract: Ownership). Raises CUSTOMER_MISSING or VALUE_INVALID.
    """
    caller = call.caller
    given = record.get("customer") or 0
    if not given and current is not None and not (caller.is_administrator and record.get("customer") == 0):
        given = current["customer_id"]
    customer_id = given or caller.customer
    reseller = record.get("reseller")
    if customer_id:
        row = known_customer(call, customer_id)
        named = current is None or reseller != current["reseller_id"]
        if caller.is_administrator and reseller and named and reseller != row["reseller_id"]:
            raise invalid("reseller", f"customer {customer_id} belongs to reseller {row['reseller_id']}.")
        return {"customer_id": customer_id, "reseller_id": row["reseller_id"]}
    if reseller is None:
        reseller = current["reseller_id"] if current is not None else 0
    if reseller:
        known_customer(call, reseller)
    return {"customer_id": 0, "reseller_id": reseller}


def owner(call: Call, record: Record, parent: Any, current: Any = None) -> int:
    """Return the owner of an account, alias or number; the default is the customer of its domain or range (``parent``).

    Raises CUSTOMER_MISSING for an owner that the caller may not manage, VALUE_INVALID for one of another reseller.
    """
    given = record.get("owner") or 0
    if not given:
        inherited = parent["customer_id"] or call.caller.customer
        return int(inherited if current is None else current["owner_id"])
    if current is not None and given == current["owner_id"]:
        return int(given)
    row = known_customer(call, given)
    if parent["reseller_id"] and row["reseller_id"] != parent["reseller_id"]:
        raise invalid("owner", f"customer {given} belongs to another reseller.")
    return int(given)


def reseller_of(call: Call, record: Record) -> int:
    """Return the reseller of a new record: the caller's own, or the one in the record if an administrator calls.

    0 is the platform itself. Raises VALUE_INVALID for a customer that is no reseller.
    """
    if not call.caller.is_administrator:
        return call.caller.reseller
    given = record.get("reseller") or 0
    row = customers.find_customer(call.connection, given) if given else None
    if given and (row is None or not row["is_reseller"]):
        raise invalid("reseller", f"customer {given} is not a reseller.")
    return int(given)
