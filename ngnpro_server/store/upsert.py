"""Insert a row, or update the one that exists, in the SQL of each database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import mysql, postgresql, sqlite


def upsert(connection: Connection, table: Table, values: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """Insert ``values``; where their primary key exists, apply ``changes`` to that row instead."""
    if connection.dialect.name in ("mysql", "mariadb"):
        connection.execute(mysql.insert(table).values(**values).on_duplicate_key_update(**changes))
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).values(**values)
    connection.execute(
        statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=dict(changes))
    )
