"""Bulk loading of rows; indexes are created afterwards if that is faster and safe."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, Index, Table, event, func, inspect, select
from sqlalchemy.pool import ConnectionPoolEntry

# a connection in a transaction, and the tables to load with it, parents before children
Part: TypeAlias = tuple[Connection, Sequence[Table]]

_CHUNK = 5000
_CACHE_KIB = 64 * 1024
# Databases in which a rollback restores a dropped index; MariaDB commits at once.
_UNDOABLE = frozenset({"sqlite", "postgresql"})
# below this number of rows, rebuilding the indexes costs more than it saves
_MANY = 20_000


class Loader:
    """A buffer of rows for empty tables, which inserts many rows at a time."""

    def __init__(self, *parts: Part) -> None:
        self._parts = parts
        self._rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._ids: Counter[str] = Counter()

    def next_id(self, table: Table) -> int:
        """Return the id for the next row of a table."""
        self._ids[table.name] += 1
        return self._ids[table.name]

    def add(self, table: Table, *rows: dict[str, Any]) -> None:
        """Add rows, each with a value for every column."""
        self._rows[table.name] += rows
        if len(self._rows[table.name]) >= _CHUNK:
            self.flush()

    def flush(self) -> None:
        """Insert the rows in the buffer."""
        for connection, tables in self._parts:
            for table in tables:
                rows = self._rows.pop(table.name, [])
                if rows:
                    connection.execute(table.insert(), rows)


@contextmanager
def open_loader(expected: int, *parts: Part) -> Iterator[Loader]:
    """Yield a loader for empty tables, with about ``expected`` rows for the first one; flush it at the end."""
    dropped = [(connection, index) for connection, tables in parts for index in _indexes(connection, tables, expected)]
    for connection, index in dropped:
        index.drop(connection)
    loader = Loader(*parts)
    yield loader
    loader.flush()
    for connection, index in dropped:
        index.create(connection)
    for connection, tables in parts:
        _skip_numbers(connection, tables)


def prepare_engine(engine: Engine) -> None:
    """Configure SQLite to sort new indexes in files and on all processors, and to use a larger cache."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    for pragma in ("temp_store=FILE", f"cache_size=-{_CACHE_KIB}", f"threads={os.cpu_count() or 1}"):
        connection.execute(f"PRAGMA {pragma}")


def _indexes(connection: Connection, tables: Sequence[Table], expected: int) -> Iterator[Index]:
    """Yield the indexes that should be created after the rows."""
    if expected < _MANY or connection.dialect.name not in _UNDOABLE:
        return
    for table in tables:
        there = {index["name"] for index in inspect(connection).get_indexes(table.name)}
        yield from (index for index in table.indexes if index.name in there)


def _skip_numbers(connection: Connection, tables: Sequence[Table]) -> None:
    """Advance PostgreSQL's sequences beyond the ids chosen here; other databases do so automatically."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        column = table.autoincrement_column
        if column is not None:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            highest = select(func.coalesce(func.max(column), 1)).scalar_subquery()
            connection.execute(select(func.setval(sequence, highest)))
