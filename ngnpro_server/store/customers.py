"""Customers and their properties in the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import REGCLASS

from ngnpro_wire.facts.fault_codes import FaultCode

from . import rating
from .counts import Tally
from .engine import unique_or
from .prepared import IDS, Prepared
from .schema import customer_properties, customers

TALLY = Tally("customer", ("reseller_id", "is_reseller"))


_IDENTIFIED = select(customers).where(customers.c.id == bindparam("id"))
_BY_ID, _LOCKED = Prepared(_IDENTIFIED), Prepared(_IDENTIFIED.with_for_update())
_BY_USERNAME = Prepared(select(customers).where(customers.c.username == bindparam("username")))
_PROPERTIES = Prepared(
    select(customer_properties)
    .where(customer_properties.c.customer_id.in_(bindparam(IDS, expanding=True)))
    .order_by(customer_properties.c.customer_id, customer_properties.c.name)
)


def find_customer(connection: Connection, customer_id: int, *, lock: bool = False) -> RowMapping | None:
    """Return a customer by id, or ``None``; ``lock`` locks its row until the end of the transaction."""
    return (_LOCKED if lock else _BY_ID).first(connection, id=customer_id)


def lock_customers(connection: Connection, ids: Collection[int]) -> None:
    """Lock the rows of customers until the end of the transaction."""
    if ids:
        query = select(customers.c.id).where(customers.c.id.in_(ids)).order_by(customers.c.id).with_for_update()
        connection.execute(query).all()


def find_customer_by_username(connection: Connection, username: str) -> RowMapping | None:
    """Return a customer by username, or ``None``."""
    return _BY_USERNAME.first(connection, username=username)


def insert_customer(connection: Connection, values: dict[str, Any]) -> int:
    """Add a customer and return its id. Raises CUSTOMER_EXISTS.

    A customer without ``reseller_id`` becomes a reseller; its ``reseller_id`` is then its own id.
    """
    with unique_or(FaultCode.CUSTOMER_EXISTS, f"There is a customer {values['username']} already."):
        result = connection.execute(customers.insert().values(**values))
    key = result.inserted_primary_key
    customer_id = int(key[0]) if key is not None else 0
    reseller_id = values.get("reseller_id") or customer_id
    scopes = {"reseller_id": reseller_id, "is_reseller": reseller_id == customer_id}
    if scopes["is_reseller"]:
        change_customer(connection, customer_id, scopes)
    TALLY.add(connection, scopes)
    _skip_number(connection, values.get("id"))
    return customer_id


def change_customer(connection: Connection, customer_id: int, values: dict[str, Any]) -> None:
    """Change columns of a customer."""
    connection.execute(update(customers).where(customers.c.id == customer_id).values(**values))


def remove_customer(connection: Connection, row: RowMapping) -> None:
    """Delete a customer with its properties and rating profiles."""
    rating.remove_profiles(connection, rating.entity_of(rating.CUSTOMER, row["id"]))
    connection.execute(delete(customer_properties).where(customer_properties.c.customer_id == row["id"]))
    connection.execute(delete(customers).where(customers.c.id == row["id"]))
    TALLY.add(connection, row, -1)


def properties_of_customers(connection: Connection, ids: Collection[int]) -> dict[int, list[RowMapping]]:
    """Return the properties of several customers, by customer id and sorted by name, in one query."""
    found: dict[int, list[RowMapping]] = {customer_id: [] for customer_id in ids}
    for row in _PROPERTIES.rows(connection, ids=sorted(ids)) if ids else ():
        found[row["customer_id"]].append(row)
    return found


def set_property(connection: Connection, customer_id: int, values: dict[str, Any]) -> None:
    """Store one property: ``name``, ``value``, ``category``, ``permission``."""
    remove_properties(connection, customer_id, [values["name"]])
    connection.execute(customer_properties.insert().values(customer_id=customer_id, **values))


def remove_properties(connection: Connection, customer_id: int, names: Iterable[str]) -> None:
    """Delete the named properties of a customer."""
    connection.execute(
        delete(customer_properties).where(
            customer_properties.c.customer_id == customer_id, customer_properties.c.name.in_(list(names))
        )
    )


def _skip_number(connection: Connection, given: int | None) -> None:
    """Advance PostgreSQL's sequence past an imported id; the other databases do so themselves."""
    if given and connection.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence("customers", "id")
        # never decreased: the last id may be that of a deleted customer
        reached = select(func.pg_sequence_last_value(cast(sequence, REGCLASS))).scalar_subquery()
        highest = select(func.greatest(func.max(customers.c.id), reached)).scalar_subquery()
        connection.execute(select(func.setval(sequence, highest)))
