"""Prepaid balances, their history, and prepaid cards in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, select, update

from .engine import upsert
from .schema import balance_history, balances, prepaid_cards

_NOTHING = Decimal(0)


def balances_of(connection: Connection, ids: Sequence[int]) -> dict[int, Decimal]:
    """Read the balances of several accounts at once; an account without one has nothing."""
    found = dict.fromkeys(ids, _NOTHING)
    query = select(balances).where(balances.c.account_id.in_(ids))
    for row in connection.execute(query).mappings() if ids else ():
        found[row["account_id"]] = row["balance"]
    return found


def move(
    connection: Connection, account_id: int, value: Decimal, *, action: str, description: str, now: datetime
) -> tuple[Decimal, Decimal]:
    """Add an amount, which may be negative, and note it; answer the balance before and after.

    The account's row must be locked, so that two movements follow one another.
    """
    before = balances_of(connection, [account_id])[account_id]
    after = before + value
    upsert(connection, balances, {"account_id": account_id, "balance": after}, {"balance": after})
    movement = {
        "account_id": account_id,
        "date": now,
        "action": action,
        "description": description,
        "value": value,
        "balance": after,
    }
    connection.execute(balance_history.insert().values(**movement))
    return before, after


def history(connection: Connection, account_id: int, count: int) -> Sequence[RowMapping]:
    """Read the last movements of an account, the newest first."""
    query = select(balance_history).where(balance_history.c.account_id == account_id)
    return connection.execute(query.order_by(balance_history.c.id.desc()).limit(count)).mappings().all()


def find_card(connection: Connection, card_id: int) -> RowMapping | None:
    """Find a prepaid card by its id, and lock it."""
    query = select(prepaid_cards).where(prepaid_cards.c.id == card_id).with_for_update()
    return connection.execute(query).mappings().first()


def spend_card(connection: Connection, card_id: int, address: str, now: datetime) -> None:
    """Note for which account a card was spent."""
    spent = update(prepaid_cards).where(prepaid_cards.c.id == card_id)
    connection.execute(spent.values(used_by=address, used_date=now))


def insert_cards(
    connection: Connection, numbers: Iterable[str], value: Decimal, *, reseller_id: int, batch: str
) -> list[tuple[int, str]]:
    """Add prepaid cards of one value and answer id and number of each."""
    added = []
    for number in numbers:
        columns = {"number": number, "value": value, "reseller_id": reseller_id, "batch": batch}
        result = connection.execute(prepaid_cards.insert().values(**columns))
        key = result.inserted_primary_key
        added.append((int(key[0]) if key is not None else 0, number))
    return added
