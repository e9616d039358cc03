"""What belongs to a customer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, or_, select

from .schema import (
    carriers,
    customers,
    enum_numbers,
    enum_ranges,
    prepaid_cards,
    sip_accounts,
    sip_aliases,
    sip_domains,
    trusted_peers,
)

_HOLDINGS: tuple[tuple[str, tuple[Column[Any], ...]], ...] = (
    ("SIP domains", (sip_domains.c.customer_id, sip_domains.c.reseller_id)),
    ("SIP accounts", (sip_accounts.c.owner_id,)),
    ("SIP aliases", (sip_aliases.c.owner_id,)),
    ("ENUM ranges", (enum_ranges.c.customer_id, enum_ranges.c.reseller_id)),
    ("ENUM numbers", (enum_numbers.c.owner_id,)),
    ("trusted peers", (trusted_peers.c.owner_id, trusted_peers.c.customer_id, trusted_peers.c.reseller_id)),
    ("carriers", (carriers.c.reseller_id,)),
    ("prepaid cards", (prepaid_cards.c.reseller_id,)),
)


def first_held(connection: Connection, customer_id: int) -> str:
    """Return the name of one type of records that belong to a customer, or an empty text."""
    others = select(customers.c.id).where(customers.c.reseller_id == customer_id, customers.c.id != customer_id)
    if connection.execute(others.limit(1)).first():
        return "customers"
    for name, columns in _HOLDINGS:
        held = select(columns[0]).where(or_(*(column == customer_id for column in columns))).limit(1)
        if connection.execute(held).first():
            return name
    return ""
