"""Tables of DNS zones, their records, and the e-mail aliases and redirects kept with them."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from ngnpro_server.store.types import Id
from ngnpro_wire.facts.dns_records import MOST_IN_VALUE

from .base import date_column, key_column, list_indexes, metadata, number_column, owner_column, text_column

dns_zones = Table(
    "dns_zones",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    key_column("name", 253),
    text_column("info", 255),
    key_column("info_key", 765),
    text_column("email", 254),
    # host names, separated by spaces
    Column("nameservers", Text, nullable=False),
    number_column("ttl", 3600),
    number_column("minimum", 3600),
    number_column("retry", 3600),
    number_column("expire", 1209600),
    Column("serial", BigInteger, nullable=False, default=1),
    owner_column("customer_id"),
    owner_column("reseller_id"),
    date_column("change_date"),
    UniqueConstraint("name"),
    *list_indexes(
        "dns_zones",
        (None, "customer_id", "reseller_id"),
        (("change_date", "id"), ("name",)),
        unique=("name",),
    ),
    sqlite_autoincrement=True,
)


def _record_table(name: str, length_of_name: int) -> Table:
    """Return a table of what belongs to zones; zone, customer_id and reseller_id are copies of those of the zone."""
    return Table(
        name,
        metadata,
        Column("id", Id, primary_key=True, autoincrement=True),
        Column("zone_id", Id, ForeignKey("dns_zones.id"), nullable=False),
        key_column("zone", 253),
        key_column("name", length_of_name),
        # the whole name, with the zone's
        key_column("dns_name", length_of_name),
        key_column("type", 10),
        Column("value", String(MOST_IN_VALUE), nullable=False),
        # the folded beginning of the value, for searching
        key_column("value_key", 765),
        number_column("priority"),
        number_column("ttl", 3600),
        owner_column("owner_id"),
        # the owner if it is not the customer, else 0
        owner_column("outsider_id"),
        owner_column("customer_id"),
        owner_column("reseller_id"),
        date_column("change_date"),
        Index(f"ix_{name}_dns_name", "dns_name"),
        *list_indexes(
            name,
            (None, "customer_id", "reseller_id", "owner_id", "outsider_id", "zone"),
            (("change_date", "id"), ("type", "name", "id"), ("name", "id")),
        ),
        *list_indexes(name, (None,), (("zone_id", "name", "type", "id"), ("value_key", "id"))),
        sqlite_autoincrement=True,
    )


dns_records = _record_table("dns_records", 253)
# the name of an e-mail alias is an address
dns_fancy_records = _record_table("dns_fancy_records", 320)
