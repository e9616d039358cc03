"""Tables of an account's settings: mailbox, diversions, rules for callers, phonebook, balance; and prepaid cards."""

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, LargeBinary, Table, Text

from ngnpro_server.store.types import Id, Money

from .base import (
    date_column,
    key_column,
    list_indexes,
    metadata,
    number_column,
    secret_column,
    text_column,
)


def _account_column() -> Column[int]:
    return Column("account_id", Id, ForeignKey("sip_accounts.id", ondelete="CASCADE"), primary_key=True)


mailboxes = Table(
    "mailboxes",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("account_id", Id, ForeignKey("sip_accounts.id", ondelete="CASCADE"), nullable=False, unique=True),
    key_column("mailbox", 32, unique=True),
    text_column("name", 128),
    secret_column("password", 16),
    text_column("email", 254),
    Column("delete_mailed", Boolean, nullable=False),
    text_column("info", 255),
    # 16 MiB is more than a request contains by default
    Column("announcement", LargeBinary(2**24 - 1), nullable=True),
    date_column("change_date"),
)

diversions = Table(
    "diversions",
    metadata,
    _account_column(),
    key_column("condition", 8, primary_key=True),
    text_column("target", 255),
    # the address that the target is, empty for the mailbox; found by it when the address is deleted
    key_column("target_username", 64, default="", server_default=""),
    key_column("target_domain", 253, default="", server_default=""),
    Index("ix_diversions_target", "target_domain", "target_username"),
)

# groups are names separated by spaces
accept_rules = Table(
    "accept_rules",
    metadata,
    _account_column(),
    Column("position", Id, primary_key=True, autoincrement=False),
    number_column("days", 127),
    text_column("start", 5),
    text_column("stop", 5),
    Column("groups", Text, nullable=False),
)

# expires is null for a rule without an end
temporary_accept_rules = Table(
    "temporary_accept_rules",
    metadata,
    _account_column(),
    Column("groups", Text, nullable=False),
    Column("expires", DateTime, nullable=True),
)

reject_members = Table(
    "reject_members",
    metadata,
    _account_column(),
    Column("position", Id, primary_key=True, autoincrement=False),
    text_column("uri", 255),
)

barring_prefixes = Table(
    "barring_prefixes",
    metadata,
    _account_column(),
    key_column("prefix", 16, primary_key=True),
)

phonebook = Table(
    "phonebook",
    metadata,
    _account_column(),
    key_column("uri", 255, primary_key=True),
    text_column("name", 128),
    key_column("name_key", 384),
    key_column("group_name", 64),
    text_column("first_name", 64),
    text_column("last_name", 64),
    Index("ix_phonebook_uri", "uri"),
)

balances = Table(
    "balances",
    metadata,
    _account_column(),
    Column("balance", Money, nullable=False),
)

balance_history = Table(
    "balance_history",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("account_id", Id, ForeignKey("sip_accounts.id", ondelete="CASCADE"), nullable=False),
    date_column("date"),
    text_column("action", 32),
    text_column("description", 255),
    Column("value", Money, nullable=False),
    Column("balance", Money, nullable=False),
    text_column("session", 255),
    *list_indexes("balance_history", ("account_id",), (("id",),)),
)
