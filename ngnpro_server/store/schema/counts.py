"""Maintained numbers of records, so that a list's total is read and not counted."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table

from ngnpro_server.store.types import Id

from .base import key_column, metadata

# scope: "all", or the column a list is narrowed by; key: that column's value, "" for "all".
counts = Table(
    "counts",
    metadata,
    key_column("kind", 16, primary_key=True),
    key_column("scope", 16, primary_key=True),
    key_column("key", 253, primary_key=True),
    Column("number", BigInteger, nullable=False),
)

# What is still to be added to those numbers: each change is a row of its own, so that none waits for another.
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

# A row is in here only within the transaction of whoever holds the lock of that name (store.locks).
held_names = Table("held_names", metadata, key_column("name", 255, primary_key=True))
