"""Locks by name, held until the end of the transaction, for what two tables must not both hold."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert

from .schema import held_names


def hold(connection: Connection, name: str) -> None:
    """Wait until no other open transaction holds the name, and hold it.

    The row of that name is inserted and deleted again: its unique key makes others wait for the end of this one. What
    they then read, they read as this one has left it.
    """
    connection.execute(insert(held_names).values(name=name))
    connection.execute(delete(held_names).where(held_names.c.name == name))
