"""Loads rows in bulk: many at a time, with the indexes made afterwards where that is quicker and safe."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Table, event, func, select
from sqlalchemy.pool import ConnectionPoolEntry

_CHUNK = 5000
_CACHE_KIB = 64 * 1024
# Databases in which dropping an index is undone with the transaction; MariaDB commits at once.
_UNDOABLE = frozenset({"sqlite", "postgresql"})
# below this number of rows, making the indexes anew costs more than it saves
_MANY = 20_000


class Loader:
    """Collects rows, and inserts them whenever there are enough; parents before children."""

    def __init__(self, connection: Connection, *tables: Table) -> None:
        self._connection = connection
        self._tables = tables
        self._rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._ids: Counter[str] = Counter()

    def next_id(self, table: Table) -> int:
        """Give the next row of an empty table its number."""
        self._ids[table.name] += 1
        return self._ids[table.name]

    def add(self, table: Table, *rows: dict[str, Any]) -> None:
        """Add rows, each with a value for every column."""
        self._rows[table.name] += rows
        if len(self._rows[table.name]) >= _CHUNK:
            self.flush()

    def flush(self) -> None:
        """Insert what has been collected."""
        for table in self._tables:
            rows = self._rows.pop(table.name, [])
            if rows:
                self._connection.execute(table.insert(), rows)


@contextmanager
def loading(connection: Connection, expected: int, *tables: Table) -> Iterator[Loader]:
    """Load rows into tables: ``expected`` rows or so into the first one."""
    indexes = [index for table in tables for index in table.indexes]
    if expected < _MANY or connection.dialect.name not in _UNDOABLE:
        indexes = []
    for index in indexes:
        index.drop(connection)
    loader = Loader(connection, *tables)
    yield loader
    loader.flush()
    for index in indexes:
        index.create(connection)
    for table in tables:
        _skip_numbers(connection, table)


def prepare_engine(engine: Engine) -> None:
    """Let SQLite sort new indexes in files, not in memory, and keep more of what it writes to at hand."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA temp_store=FILE")
    connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")


def _skip_numbers(connection: Connection, table: Table) -> None:
    """Keep PostgreSQL from giving numbers again that were chosen here; the others see it by themselves."""
    column = table.autoincrement_column
    if connection.dialect.name == "postgresql" and column is not None:
        highest = select(func.max(column)).scalar_subquery()
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        connection.execute(select(func.setval(sequence, func.coalesce(highest, 1))))
