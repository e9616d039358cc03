"""Trusted peers in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select, update

from ngnpro_wire.facts.fault_codes import FaultCode

from .engine import unique_or
from .schema import trusted_peers


def find_peer(connection: Connection, ip: str, *, lock: bool = False) -> RowMapping | None:
    """Return a peer by its address, or ``None``; ``lock`` locks its row."""
    query = select(trusted_peers).where(trusted_peers.c.ip == ip)
    if lock:
        query = query.with_for_update()
    return connection.execute(query).mappings().first()


def insert_peer(connection: Connection, values: dict[str, Any]) -> None:
    """Add a peer. Raises PEER_EXISTS."""
    with unique_or(FaultCode.PEER_EXISTS, f"There is a trusted peer {values['ip']} already."):
        connection.execute(trusted_peers.insert().values(**values))


def change_peer(connection: Connection, row: RowMapping, values: dict[str, Any]) -> None:
    """Change columns of a peer."""
    connection.execute(update(trusted_peers).where(trusted_peers.c.id == row["id"]).values(**values))


def remove_peer(connection: Connection, row: RowMapping) -> None:
    """Delete a peer."""
    connection.execute(delete(trusted_peers).where(trusted_peers.c.id == row["id"]))
