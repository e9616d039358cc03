"""The metadata of the tables, and helpers that create columns and indexes.

Tables whose ids clients see set ``sqlite_autoincrement``: otherwise SQLite would reuse the id of the last row after it
was deleted. PostgreSQL and MariaDB never reuse ids.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, String

from ngnpro_server.store.types import Id, Key

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def text_column(name: str, length: int) -> Column[Any]:
    """Return a text column that is never null."""
    return Column(name, String(length), nullable=False, default="", server_default="")


def key_column(name: str, length: int, **options: Any) -> Column[Any]:
    """Return a column of ``Key`` text that is never null."""
    return Column(name, Key(length), nullable=False, **options)


def secret_column(name: str, length: int) -> Column[Any]:
    """Return a column that contains a secret; its values must not appear in logs, messages or the journal."""
    return Column(name, String(length), nullable=False, default="", info={"secret": True})


def number_column(name: str, default: int = 0) -> Column[Any]:
    """Return a whole-number column that is never null."""
    return Column(name, Integer, nullable=False, default=default, server_default=str(default))


def owner_column(name: str) -> Column[Any]:
    """Return the column of an owning customer's id, 0 for none (contract: Ownership)."""
    return Column(name, Id, nullable=False, default=0, server_default="0")


def date_column(name: str) -> Column[Any]:
    """Return a column of a time in UTC, in whole seconds."""
    return Column(name, DateTime, nullable=False)


def list_indexes(
    table: str,
    scopes: tuple[str | None, ...],
    orders: tuple[tuple[str, ...], ...],
    unique: tuple[str, ...] = (),
) -> list[Index]:
    """Return one index per scope and order, so that a list's first page is read from an index.

    A scope is the column that a list is filtered by (``None`` for the whole table); an order ends in a unique column.
    The scope itself is left out of the order. ``unique`` are the columns that a unique key already indexes.
    """
    indexes = {}
    for scope in scopes:
        for order in orders:
            columns = (scope, *(c for c in order if c != scope)) if scope else order
            if columns != unique:
                name = f"ix_{table}_{'_'.join(c.removesuffix('_id') for c in columns)}"
                indexes[columns] = Index(name, *columns)
    return list(indexes.values())
