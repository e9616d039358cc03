"""Named locks that last until the end of the transaction, for keys that must be unique across two tables."""

from __future__ import annotations

from sqlalchemy import Connection, String, bindparam, delete, func, select

from .prepared import Prepared, PreparedInsert
from .schema import held_names


def acquire_lock(connection: Connection, name: str) -> None:
    """Acquire the lock of a name; wait while another transaction holds it.

    SQLite has one writer at a time, which is a lock of every name. PostgreSQL locks a hash of the name. On MariaDB a
    row with that name is inserted and deleted again: its unique key makes other transactions wait for the end of this
    one. After that they read what this one has committed.
    """
    if connection.dialect.name == "sqlite":
        return
    if connection.dialect.name == "postgresql":
        _ADVISORY.rows(connection, name=name)
        return
    _INSERT.add(connection, [{"name": name}])
    connection.execute(delete(held_names).where(held_names.c.name == name))


_ADVISORY = Prepared(select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("name", type_=String()), 0))))
_INSERT = PreparedInsert(held_names, ["name"])
