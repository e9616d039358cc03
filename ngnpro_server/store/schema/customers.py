"""Tables of customers, their properties, and failed and successful logins."""

from sqlalchemy import Boolean, Column, DateTime, Double, ForeignKey, Table, Text

from ngnpro_server.store.types import Id

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

# A *_key column contains the folded text of the column before it, for searching and sorting.
customers = Table(
    "customers",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    owner_column("reseller_id"),
    Column("is_reseller", Boolean, nullable=False, default=False),
    owner_column("impersonate"),
    Column("reseller_active", Boolean, nullable=False, default=False),
    text_column("company_code", 64),
    Column("balance", Double, nullable=False, default=0.0),
    Column("credit", Double, nullable=False, default=0.0),
    key_column("username", 64, unique=True),
    secret_column("password", 255),
    text_column("first_name", 64),
    key_column("first_name_key", 192),
    text_column("last_name", 64),
    key_column("last_name_key", 192),
    text_column("organization", 128),
    key_column("organization_key", 384),
    text_column("tel", 64),
    text_column("fax", 64),
    text_column("sip", 320),
    text_column("enum", 64),
    text_column("mobile", 64),
    key_column("email", 254),
    text_column("web", 255),
    text_column("address", 1000),
    text_column("postcode", 32),
    text_column("city", 64),
    key_column("city_key", 192),
    text_column("state", 64),
    text_column("country", 64),
    text_column("timezone", 64),
    text_column("language", 16),
    text_column("vat_number", 64),
    text_column("bank_account", 128),
    key_column("billing_email", 254),
    text_column("billing_address", 1000),
    date_column("change_date"),
    *list_indexes(
        "customers",
        (None, "reseller_id", "is_reseller"),
        (
            ("change_date", "id"),
            ("first_name_key", "id"),
            ("last_name_key", "id"),
            ("organization_key", "id"),
        ),
    ),
    *list_indexes("customers", ("reseller_id", "is_reseller"), (("username",), ("id",))),
    sqlite_autoincrement=True,
)

customer_properties = Table(
    "customer_properties",
    metadata,
    Column("customer_id", Id, ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
    key_column("name", 64, primary_key=True),
    Column("value", Text, nullable=False, default=""),
    text_column("category", 16),
    text_column("permission", 16),
)


login_failures = Table(
    "login_failures",
    metadata,
    # "user <source> <username>" or "source <source>"
    key_column("subject", 330, primary_key=True),
    number_column("failures"),
    date_column("locked_until"),
    date_column("last_failure"),
    Column("last_success", DateTime),
)
