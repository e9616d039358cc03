"""Tables of PSTN routing (carriers, gateways, rules, routes) and of trusted peers."""

from sqlalchemy import Boolean, Column, ForeignKey, Table, UniqueConstraint

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

_RESELLERS = (None, "reseller_id")

carriers = Table(
    "carriers",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    text_column("name", 64),
    key_column("name_key", 192),
    owner_column("reseller_id"),
    date_column("change_date"),
    UniqueConstraint("reseller_id", "name_key"),
    *list_indexes("carriers", _RESELLERS, (("change_date", "id"), ("name_key", "id"))),
    sqlite_autoincrement=True,
)

# Tables whose lists are sorted by the name of a carrier or gateway have a copy of its key.
gateways = Table(
    "gateways",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    text_column("name", 64),
    key_column("name_key", 192),
    Column("carrier_id", Id, ForeignKey("carriers.id"), nullable=False),
    key_column("ip", 253),
    number_column("port", 5060),
    text_column("transport", 8),
    owner_column("reseller_id"),
    date_column("change_date"),
    UniqueConstraint("reseller_id", "name_key"),
    *list_indexes(
        "gateways",
        _RESELLERS,
        (("change_date", "id"), ("name_key", "id"), ("carrier_id", "id"), ("ip", "id")),
    ),
    sqlite_autoincrement=True,
)

gateway_rules = Table(
    "gateway_rules",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("gateway_id", Id, ForeignKey("gateways.id"), nullable=False),
    Column("carrier_id", Id, ForeignKey("carriers.id"), nullable=False),
    key_column("gateway_key", 192),
    key_column("carrier_key", 192),
    key_column("prefix", 32),
    number_column("strip"),
    text_column("prepend", 32),
    number_column("min_length"),
    number_column("max_length"),
    owner_column("reseller_id"),
    date_column("change_date"),
    *list_indexes("gateway_rules", ("gateway_id", "carrier_id"), (("id",),)),
    *list_indexes(
        "gateway_rules",
        _RESELLERS,
        (("change_date", "id"), ("gateway_key", "id"), ("carrier_key", "id"), ("prefix", "id")),
    ),
    sqlite_autoincrement=True,
)

routes = Table(
    "routes",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    key_column("prefix", 32),
    text_column("originator", 255),
    Column("carrier_id", Id, ForeignKey("carriers.id"), nullable=False),
    number_column("priority"),
    owner_column("reseller_id"),
    date_column("change_date"),
    *list_indexes("routes", ("carrier_id",), (("id",),)),
    *list_indexes("routes", _RESELLERS, (("prefix", "priority", "id"), ("priority", "prefix", "id"))),
    sqlite_autoincrement=True,
)

trusted_peers = Table(
    "trusted_peers",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    key_column("ip", 253, unique=True),
    text_column("description", 240),
    key_column("description_key", 720),
    number_column("call_limit"),
    Column("msteams", Boolean, nullable=False),
    key_column("tenant", 253),
    text_column("carrier_name", 64),
    text_column("originator", 255),
    text_column("prefix", 32),
    number_column("strip"),
    number_column("blocked"),
    Column("enum_lookup", Boolean, nullable=False),
    Column("transit", Boolean, nullable=False),
    Column("prepaid", Boolean, nullable=False),
    secret_column("auth_token", 255),
    text_column("tags", 255),
    key_column("tags_key", 765),
    text_column("billing_id", 64),
    key_column("billing_id_key", 192),
    text_column("protocol", 16),
    text_column("from_pattern", 255),
    owner_column("owner_id"),
    owner_column("customer_id"),
    owner_column("reseller_id"),
    date_column("change_date"),
    *list_indexes("trusted_peers", _RESELLERS, (("change_date", "id"), ("description_key", "id"))),
    *list_indexes("trusted_peers", ("reseller_id",), (("ip",),)),
)
