"""Named locks that last until the end of the transaction, for keys that must be unique across two tables."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ARRAY, Connection, Text, bindparam, delete, func, select

from .prepared import Prepared, PreparedInsert
from .schema import held_names


def acquire_locks(connection: Connection, names: Iterable[str]) -> None:
    """Acquire the locks of names, always in the same order; wait while another transaction holds one.

    SQLite has one writer at a time, which is a lock of every name. PostgreSQL locks a hash of each name. On MariaDB
    rows with the names are inserted and deleted again: their unique key makes other transactions wait for the end of
    this one. After that they read what this one has committed.
    """
    in_order = sorted(set(names))
    if connection.dialect.name == "sqlite":
        return
    if connection.dialect.name == "postgresql":
        _ADVISORY.rows(connection, names=in_order)
        return
    _INSERT.add(connection, [{"name": name} for name in in_order])
    connection.execute(delete(held_names).where(held_names.c.name.in_(in_order)))


_GIVEN = func.unnest(bindparam("names", type_=ARRAY(Text()))).table_valued("name").render_derived()
_ADVISORY = Prepared(select(func.pg_advisory_xact_lock(func.hashtextextended(_GIVEN.c.name, 0))))
_INSERT = PreparedInsert(held_names, ["name"])
