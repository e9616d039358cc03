"""Named locks that last until the end of the transaction, for keys that must be unique across two tables."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert

from .schema import held_names


def acquire_lock(connection: Connection, name: str) -> None:
    """Acquire the lock of a name; wait while another transaction holds it.

    A row with that name is inserted and deleted again: its unique key makes other transactions wait for the end of this
    one. After that they read what this one has committed.
    """
    connection.execute(insert(held_names).values(name=name))
    connection.execute(delete(held_names).where(held_names.c.name == name))
