"""Tables of ENUM ranges, numbers and their mappings."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Computed,
    ForeignKey,
    String,
    Table,
    Text,
    UniqueConstraint,
    case,
    func,
    literal,
    literal_column,
)

from ngnpro_server.store.types import Id, Key
from ngnpro_wire.facts.telephone_numbers import MOST_DIGITS

from .base import (
    date_column,
    key_column,
    list_indexes,
    metadata,
    number_column,
    owner_column,
    text_column,
)


def _dns_name_column(digits_column: str) -> Column[Any]:
    """Return the column of a name in DNS, which the database computes: the digits in reverse, and the ENUM domain."""
    digits: ColumnElement[str] = literal_column(digits_column, String())
    name: ColumnElement[str] = literal("")
    for place in range(MOST_DIGITS, 0, -1):
        digit = func.substr(digits, place, 1) + literal(".")
        name = name + case((func.length(digits) >= place, digit), else_=literal(""))
    return Column("dns_name", Key(290), Computed(name + literal_column("tld", String())))


enum_ranges = Table(
    "enum_ranges",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    key_column("prefix", 15),
    key_column("tld", 253),
    number_column("ttl", 3600),
    text_column("info", 255),
    key_column("info_key", 765),
    number_column("min_digits"),
    number_column("max_digits"),
    number_column("size"),
    number_column("used"),
    Column("serial", BigInteger, nullable=False, default=1),
    # host names, separated by spaces
    Column("nameservers", Text, nullable=False),
    owner_column("customer_id"),
    owner_column("reseller_id"),
    date_column("change_date"),
    _dns_name_column("prefix"),
    UniqueConstraint("tld", "prefix"),
    *list_indexes("enum_ranges", (None,), (("dns_name",),)),
    *list_indexes(
        "enum_ranges",
        (None, "customer_id", "reseller_id"),
        (("change_date", "id"), ("prefix", "tld"), ("tld", "prefix")),
        unique=("tld", "prefix"),
    ),
)

# customer_id and reseller_id are copies of those of the range.
enum_numbers = Table(
    "enum_numbers",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    key_column("number", 15),
    key_column("tld", 253),
    Column("range_id", Id, ForeignKey("enum_ranges.id"), nullable=False),
    text_column("info", 255),
    owner_column("owner_id"),
    # the owner if it is not the customer, else 0
    owner_column("outsider_id"),
    owner_column("customer_id"),
    owner_column("reseller_id"),
    date_column("change_date"),
    _dns_name_column("number"),
    UniqueConstraint("tld", "number"),
    *list_indexes("enum_numbers", (None,), (("dns_name",),)),
    *list_indexes("enum_numbers", (None,), (("range_id", "id"),)),
    *list_indexes(
        "enum_numbers",
        (None, "customer_id", "reseller_id", "owner_id", "outsider_id"),
        (("change_date", "id"), ("number", "tld"), ("tld", "number")),
        unique=("tld", "number"),
    ),
)

enum_mappings = Table(
    "enum_mappings",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("number_id", Id, ForeignKey("enum_numbers.id", ondelete="CASCADE"), nullable=False),
    text_column("type", 32),
    text_column("mapto", 255),
    # the folded target without its scheme, for searching
    key_column("mapto_key", 765),
    number_column("priority", 5),
    number_column("ttl", 3600),
    *list_indexes("enum_mappings", (None,), (("number_id", "id"), ("mapto_key", "number_id"))),
    sqlite_autoincrement=True,
)
