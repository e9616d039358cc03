"""Maintained numbers of records, so that a list's total is read and not counted."""

from sqlalchemy import BigInteger, Column, Table

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
