"""Stored counts of records, so that the total of a list is read and not counted; and the table of named locks."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table

from ngnpro_server.store.types import Id

from .base import key_column, metadata

# scope: "all", or the column that a list is filtered by; key: that column's value, "" for "all".
counts = Table(
    "counts",
    metadata,
    key_column("kind", 16, primary_key=True),
    key_column("scope", 16, primary_key=True),
    key_column("key", 253, primary_key=True),
    Column("number", BigInteger, nullable=False),
)

# Changes not yet added to those counts; each change is a separate row, so that calls do not wait for one another.
count_changes = Table(
    "count_changes",
    metadata,
    Column("id", Id, primary_key=True),
    key_column("kind", 16),
    key_column("scope", 16),
    key_column("key", 253),
    Column("change", Integer, nullable=False),
    Index("ix_count_changes_kind_scope_key", "kind", "scope", "key"),
)

# A row exists only within the transaction that holds the lock of that name (store.locks).
held_names = Table("held_names", metadata, key_column("name", 255, primary_key=True))
