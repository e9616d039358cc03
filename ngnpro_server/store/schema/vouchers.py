"""Tables of vouchers: batches, and the prepaid cards in them."""

from sqlalchemy import Boolean, Column, DateTime, Index, Table, UniqueConstraint

from ngnpro_server.store.types import Id, Money

from .base import (
    date_column,
    key_column,
    list_indexes,
    metadata,
    number_column,
    owner_column,
    secret_column,
    text_column,
)

# exported is when the numbers were handed out; null until then
voucher_batches = Table(
    "voucher_batches",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    text_column("name", 64),
    key_column("name_key", 192),
    owner_column("reseller_id"),
    text_column("prefix", 5),
    number_column("digits"),
    number_column("count"),
    number_column("used"),
    Column("value", Money, nullable=False),
    Column("blocked", Boolean, nullable=False, default=False),
    Column("exported", DateTime, nullable=True),
    date_column("change_date"),
    UniqueConstraint("reseller_id", "name_key"),
    *list_indexes("voucher_batches", (None, "reseller_id"), (("change_date", "id"), ("name_key", "id"))),
    sqlite_autoincrement=True,
)

# used_by is the account that used the card; empty while the card is valid
prepaid_cards = Table(
    "prepaid_cards",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    secret_column("number", 16),
    Column("value", Money, nullable=False),
    Column("blocked", Boolean, nullable=False, default=False),
    owner_column("batch_id"),
    owner_column("reseller_id"),
    text_column("used_by", 320),
    Column("used_date", DateTime, nullable=True),
    Index("ix_prepaid_cards_batch_id", "batch_id"),
    Index("ix_prepaid_cards_number", "number"),
    sqlite_autoincrement=True,
)
