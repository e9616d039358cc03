"""What belongs to a customer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, or_, select

from .schema import customers, sip_accounts, sip_domains

_HOLDINGS: tuple[tuple[str, tuple[Column[Any], ...]], ...] = (
    ("SIP domains", (sip_domains.c.customer_id, sip_domains.c.reseller_id)),
    ("SIP accounts", (sip_accounts.c.owner_id,)),
)


def first_held(connection: Connection, customer_id: int) -> str:
    """Name one kind of records that belong to a customer, or nothing."""
    others = select(customers.c.id).where(customers.c.reseller_id == customer_id, customers.c.id != customer_id)
    if connection.execute(others.limit(1)).first():
        return "customers"
    for name, columns in _HOLDINGS:
        held = select(columns[0]).where(or_(*(column == customer_id for column in columns))).limit(1)
        if connection.execute(held).first():
            return name
    return ""
