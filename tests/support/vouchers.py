"""Vouchers with a known number, which only the database can make."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select

from ngnpro_server.call import utc_now
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import prepaid_cards
from ngnpro_server.store.vouchers import insert_batch
from tests.support.server import TestServer


def insert_voucher(server: TestServer, number: str, value: str = "25", reseller: int = 0, batch: str = "test") -> int:
    """Add a batch with a voucher of this number; return the voucher's serial number."""
    columns = {"name": batch, "name_key": batch.casefold(), "reseller_id": reseller, "digits": len(number)}
    columns |= {"count": 1, "value": Decimal(value), "blocked": False, "change_date": utc_now()}
    with transaction(server.engine, write=True) as connection:
        insert_batch(connection, columns, [number])
        return int(connection.execute(select(func.max(prepaid_cards.c.id))).scalar_one())
