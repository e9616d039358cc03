"""Ownership of the records in a domain or range, and of records by a customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Table, case, func, literal, or_, select, update

from .counts import Tally
from .schema import (
    carriers,
    customers,
    dns_fancy_records,
    dns_records,
    dns_zones,
    enum_numbers,
    enum_ranges,
    prepaid_cards,
    sip_accounts,
    sip_aliases,
    sip_domains,
    trusted_peers,
)


def outsider(owner_id: int, customer_id: int) -> int:
    """Return a record's owner if it is not the customer of the record's domain or range (an outsider), else 0.

    A customer sees the records in their own domains, and as an outsider those that they own in other customers'
    domains. These are two lists without a common record, and each has an index.
    """
    return 0 if owner_id == customer_id else owner_id


def hand_over_records(
    connection: Connection,
    tally: Tally,
    table: Table,
    within: ColumnElement[bool],
    before: RowMapping,
    values: Mapping[str, Any],
) -> None:
    """Assign the records ``within`` a domain or range to its new customer and reseller, and update the counts."""
    number = connection.execute(select(func.count()).select_from(table).where(within)).scalar_one()
    for scope, new in values.items():
        tally.move(connection, scope, before[scope], new, number)
    changes = dict(values)
    outsiders = _outsiders(connection, table, within)
    if "customer_id" in values:
        customer_id = literal(values["customer_id"], table.c.customer_id.type)
        changes["outsider_id"] = case((table.c.owner_id == customer_id, 0), else_=table.c.owner_id)
    connection.execute(update(table).where(within).values(**changes))
    _count(connection, tally, outsiders, -1)
    _count(connection, tally, _outsiders(connection, table, within), 1)


def _outsiders(connection: Connection, table: Table, within: ColumnElement[bool]) -> dict[int, int]:
    column = table.c.outsider_id
    query = select(column, func.count()).where(within, column != 0).group_by(column).order_by(column)
    return {row[0]: row[1] for row in connection.execute(query)}


def _count(connection: Connection, tally: Tally, outsiders: Mapping[int, int], sign: int) -> None:
    for owner_id, number in outsiders.items():
        tally.move(connection, "outsider_id", 0, owner_id, sign * number)


_HOLDINGS: tuple[tuple[str, tuple[Column[Any], ...]], ...] = (
    ("SIP domains", (sip_domains.c.customer_id, sip_domains.c.reseller_id)),
    ("SIP accounts", (sip_accounts.c.owner_id,)),
    ("SIP aliases", (sip_aliases.c.owner_id,)),
    ("ENUM ranges", (enum_ranges.c.customer_id, enum_ranges.c.reseller_id)),
    ("ENUM numbers", (enum_numbers.c.owner_id,)),
    ("DNS zones", (dns_zones.c.customer_id, dns_zones.c.reseller_id)),
    ("DNS records", (dns_records.c.owner_id,)),
    ("e-mail aliases or redirects", (dns_fancy_records.c.owner_id,)),
    ("trusted peers", (trusted_peers.c.owner_id, trusted_peers.c.customer_id, trusted_peers.c.reseller_id)),
    ("carriers", (carriers.c.reseller_id,)),
    ("prepaid cards", (prepaid_cards.c.reseller_id,)),
)


def first_held(connection: Connection, customer_id: int) -> str:
    """Return a type of records that a customer still has, such as ``SIP domains``, or an empty text."""
    others = select(customers.c.id).where(customers.c.reseller_id == customer_id, customers.c.id != customer_id)
    if connection.execute(others.limit(1)).first():
        return "customers"
    for name, columns in _HOLDINGS:
        held = select(columns[0]).where(or_(*(column == customer_id for column in columns))).limit(1)
        if connection.execute(held).first():
            return name
    return ""
