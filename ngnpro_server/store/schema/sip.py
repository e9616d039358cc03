"""Tables of SIP domains, and of SIP accounts with their groups, properties and access lists."""

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, Text, UniqueConstraint

from ngnpro_server.store.types import Id, Key, LongText

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

sip_domains = Table(
    "sip_domains",
    metadata,
    key_column("domain", 253, primary_key=True),
    owner_column("customer_id"),
    owner_column("reseller_id"),
    Column("certificate", LongText, nullable=False, default=""),
    Column("private_key", LongText, nullable=False, default="", info={"secret": True}),
    text_column("match_ip_address", 255),
    text_column("match_sip_domain", 253),
    Column("verify_cert", Boolean, nullable=False, default=False),
    Column("require_cert", Boolean, nullable=False, default=False),
    # the highest username assigned for <autoincrement>
    Column("last_number", Id, nullable=False, default=1000, server_default="1000"),
    date_column("change_date"),
    *list_indexes(
        "sip_domains",
        (None, "customer_id", "reseller_id"),
        (("change_date", "domain"), ("domain",)),
        unique=("domain",),
    ),
)

# customer_id and reseller_id are copies of the domain's, so that one index is enough for every list.
sip_accounts = Table(
    "sip_accounts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    key_column("username", 64),
    Column("domain", Key(253), ForeignKey("sip_domains.domain"), nullable=False),
    owner_column("owner_id"),
    # the owner if it is not the customer, else 0
    owner_column("outsider_id"),
    owner_column("customer_id"),
    owner_column("reseller_id"),
    secret_column("password", 128),
    Column("ha1", String(32), nullable=False, info={"secret": True}),
    Column("ha1b", String(32), nullable=False, info={"secret": True}),
    text_column("first_name", 64),
    key_column("first_name_key", 192),
    text_column("last_name", 64),
    key_column("last_name_key", 192),
    key_column("email", 254),
    text_column("timezone", 64),
    text_column("rpid", 64),
    Column("prepaid", Boolean, nullable=False, default=False),
    number_column("quota"),
    number_column("call_limit"),
    number_column("timeout", 35),
    text_column("quickdial_prefix", 64),
    text_column("region", 64),
    # the level that may unblock the account; 0 while it is not blocked
    number_column("blocked_level"),
    date_column("create_date"),
    date_column("change_date"),
    UniqueConstraint("domain", "username"),
    *list_indexes(
        "sip_accounts",
        (None, "customer_id", "reseller_id", "owner_id", "outsider_id"),
        (("change_date", "id"), ("username", "domain"), ("domain", "username")),
        unique=("domain", "username"),
    ),
    *list_indexes("sip_accounts", ("domain",), (("change_date", "id"),)),
    *list_indexes("sip_accounts", (None,), (("email", "id"), ("first_name_key", "id"), ("last_name_key", "id"))),
)

account_groups = Table(
    "account_groups",
    metadata,
    Column("account_id", Id, ForeignKey("sip_accounts.id", ondelete="CASCADE"), primary_key=True),
    key_column("name", 64, primary_key=True),
    *list_indexes("account_groups", (None,), (("name", "account_id"),)),
)

account_properties = Table(
    "account_properties",
    metadata,
    Column("account_id", Id, ForeignKey("sip_accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Key(64), primary_key=True),
    Column("value", Text, nullable=False, info={"secret": True}),
)

account_acl = Table(
    "account_acl",
    metadata,
    Column("account_id", Id, ForeignKey("sip_accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Id, primary_key=True, autoincrement=False),
    text_column("ip", 45),
    number_column("mask"),
    text_column("tag", 64),
)
