"""Carriers, gateways, rules and routes in the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, select, update

from ngnpro_wire.facts.fault_codes import FaultCode

from .engine import unique_or
from .schema import carriers, gateway_rules, gateways, routes

_EXISTS = {
    carriers: (FaultCode.CARRIER_EXISTS, "a carrier"),
    gateways: (FaultCode.GATEWAY_EXISTS, "a gateway"),
}


def find_row(connection: Connection, table: Table, record_id: int, *, lock: bool = False) -> RowMapping | None:
    """Return a row by id, or ``None``; ``lock`` locks it."""
    query = select(table).where(table.c.id == record_id)
    if lock:
        query = query.with_for_update()
    return connection.execute(query).mappings().first()


def insert_row(connection: Connection, table: Table, values: dict[str, Any]) -> int:
    """Add a row and return its id. Raises CARRIER_EXISTS or GATEWAY_EXISTS if the name is already in use."""
    if table in _EXISTS:
        code, what = _EXISTS[table]
        with unique_or(code, f"There is {what} named {values['name']} already."):
            result = connection.execute(table.insert().values(**values))
    else:
        result = connection.execute(table.insert().values(**values))
    key = result.inserted_primary_key
    return int(key[0]) if key is not None else 0


def change_row(connection: Connection, table: Table, record_id: int, values: dict[str, Any]) -> None:
    """Change columns of a row. Raises CARRIER_EXISTS or GATEWAY_EXISTS if the name is already in use."""
    statement = update(table).where(table.c.id == record_id).values(**values)
    if table in _EXISTS:
        code, what = _EXISTS[table]
        with unique_or(code, f"There is {what} of that name already."):
            connection.execute(statement)
    else:
        connection.execute(statement)


def remove_row(connection: Connection, table: Table, record_id: int) -> None:
    """Delete a row."""
    connection.execute(delete(table).where(table.c.id == record_id))


def update_rules_of_carrier(connection: Connection, carrier_id: int, key: str) -> None:
    """Update the copy of a carrier's name in its rules, which are sorted by it."""
    rules = update(gateway_rules).where(gateway_rules.c.carrier_id == carrier_id)
    connection.execute(rules.values(carrier_key=key))


def update_rules_of_gateway(connection: Connection, gateway_id: int, values: dict[str, Any]) -> None:
    """Update the copies of a gateway's name and carrier in its rules, which are sorted by them."""
    rules = update(gateway_rules).where(gateway_rules.c.gateway_id == gateway_id)
    connection.execute(rules.values(**values))


def names_by_id(connection: Connection, table: Table, ids: Iterable[int]) -> dict[int, str]:
    """Return the names of several carriers or gateways, by id, in one query."""
    query = select(table.c.id, table.c.name).where(table.c.id.in_(set(ids)))
    return {row.id: row.name for row in connection.execute(query)}


def is_carrier_used(connection: Connection, carrier_id: int) -> bool:
    """Return whether a carrier has gateways or routes."""
    uses = (
        select(gateways.c.id).where(gateways.c.carrier_id == carrier_id),
        select(routes.c.id).where(routes.c.carrier_id == carrier_id),
    )
    return any(connection.execute(query.limit(1)).first() for query in uses)


def is_gateway_used(connection: Connection, gateway_id: int) -> bool:
    """Return whether a gateway has rules."""
    query = select(gateway_rules.c.id).where(gateway_rules.c.gateway_id == gateway_id).limit(1)
    return connection.execute(query).first() is not None
