"""Functions that read, delete and restore all rows of a database, alike on SQLite, PostgreSQL and MariaDB."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, Table, exists, func, select

from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import metadata
from ngnpro_server.store.schema.proxy import proxy_metadata

Rows = dict[str, list[dict[str, Any]]]

TABLES: tuple[Table, ...] = (*metadata.sorted_tables, *proxy_metadata.sorted_tables)


def read_all(engine: Engine, tables: tuple[Table, ...] = tuple(metadata.sorted_tables)) -> Rows:
    """Read every row of every table that is not empty, ordered by primary key."""
    with transaction(engine, write=False) as connection:
        return {table.name: _read(connection, table) for table in _filled(connection, tables)}


def put_back(engine: Engine, rows: Rows) -> None:
    """Insert the rows that ``read_all`` returned into empty tables, and let numbering continue after them."""
    with transaction(engine, write=True) as connection:
        for table in TABLES:
            if table.name in rows:
                connection.execute(table.insert(), rows[table.name])
                _count_on(connection, table)


def delete_all(engine: Engine) -> None:
    """Delete every row of every table, and let numbering start at 1 again."""
    with transaction(engine, write=True) as connection:
        filled = _filled(connection, TABLES)
        for table in reversed(filled):
            connection.execute(table.delete())
        for table in filled:
            _count_on(connection, table)


def _filled(connection: Connection, tables: tuple[Table, ...]) -> list[Table]:
    """Return the tables that have rows, using one query."""
    flags = connection.execute(select(*(exists(select(table)).label(table.name) for table in tables))).one()
    return [table for table, is_filled in zip(tables, flags, strict=True) if is_filled]


def _read(connection: Connection, table: Table) -> list[dict[str, Any]]:
    # what the database computes cannot be inserted again
    query = select(*(c for c in table.columns if c.computed is None)).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(query).mappings()]


def _count_on(connection: Connection, table: Table) -> None:
    """Give the next record the number after the highest; SQLite does this by itself."""
    column = table.autoincrement_column
    if column is None:
        return
    if connection.dialect.name == "postgresql":
        following = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        connection.execute(select(func.setval(sequence, following, False)))
    elif connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"ALTER TABLE {table.name} AUTO_INCREMENT = 1")
