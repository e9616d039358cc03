"""Batches of vouchers, and the prepaid cards in them, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update

from ngnpro_wire.facts.fault_codes import FaultCode

from .engine import unique_or
from .schema import prepaid_cards, voucher_batches

_AT_ONCE = 500
_MOST_FOUND = 20


def find_batch(connection: Connection, batch_id: int, *, lock: bool = False) -> RowMapping | None:
    """Return a batch by its id, or ``None``; ``lock`` locks its row."""
    query = select(voucher_batches).where(voucher_batches.c.id == batch_id)
    return connection.execute(query.with_for_update() if lock else query).mappings().first()


def insert_batch(connection: Connection, columns: dict[str, Any], numbers: Sequence[str]) -> int:
    """Add a batch with a card for each number; return its id. Raises VOUCHER_BATCH_EXISTS."""
    with unique_or(FaultCode.VOUCHER_BATCH_EXISTS, f"There is a batch named {columns['name']} already."):
        result = connection.execute(voucher_batches.insert().values(**columns))
    key = result.inserted_primary_key
    batch_id = int(key[0]) if key is not None else 0
    shared = {"batch_id": batch_id, "value": columns["value"], "reseller_id": columns["reseller_id"]}
    connection.execute(insert(prepaid_cards), [{"number": number, **shared} for number in numbers])
    return batch_id


def change_batch(connection: Connection, batch_id: int, values: dict[str, Any]) -> None:
    """Change columns of a batch."""
    connection.execute(update(voucher_batches).where(voucher_batches.c.id == batch_id).values(**values))


def numbers_in_use(connection: Connection, numbers: Sequence[str]) -> set[str]:
    """Return those of the numbers that cards have already."""
    found: set[str] = set()
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        found.update(connection.scalars(select(prepaid_cards.c.number).where(prepaid_cards.c.number.in_(some))))
    return found


def list_cards(connection: Connection, batch_id: int) -> Sequence[RowMapping]:
    """Return the cards of a batch by id, with their numbers."""
    query = select(prepaid_cards).where(prepaid_cards.c.batch_id == batch_id).order_by(prepaid_cards.c.id)
    return connection.execute(query).mappings().all()


def find_cards(connection: Connection, card_id: int, number: str) -> Sequence[RowMapping]:
    """Return the first cards with this id, this number, or both, each with its batch; none if both are empty."""
    given: list[ColumnElement[bool]] = [prepaid_cards.c.id == card_id] if card_id else []
    given += [prepaid_cards.c.number == number] if number else []
    if not given:
        return ()
    batch = (voucher_batches.c.name.label("batch"), voucher_batches.c.blocked.label("batch_blocked"))
    joined = prepaid_cards.outerjoin(voucher_batches, voucher_batches.c.id == prepaid_cards.c.batch_id)
    query = select(prepaid_cards, *batch).select_from(joined).where(*given).order_by(prepaid_cards.c.id)
    return connection.execute(query.limit(_MOST_FOUND)).mappings().all()


def find_card(connection: Connection, card_id: int) -> RowMapping | None:
    """Return a card by its id, or ``None``; its row is locked."""
    query = select(prepaid_cards).where(prepaid_cards.c.id == card_id).with_for_update()
    return connection.execute(query).mappings().first()


def spend_card(connection: Connection, card: RowMapping, address: str, now: datetime) -> None:
    """Mark a card as used by an account, and count it in its batch."""
    spent = update(prepaid_cards).where(prepaid_cards.c.id == card["id"])
    connection.execute(spent.values(used_by=address, used_date=now))
    counted = update(voucher_batches).where(voucher_batches.c.id == card["batch_id"])
    connection.execute(counted.values(used=voucher_batches.c.used + 1))
