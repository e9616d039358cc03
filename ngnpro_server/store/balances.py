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
    """Return the balances of several accounts in one query; 0 for an account without one."""
    found = dict.fromkeys(ids, _NOTHING)
    query = select(balances).where(balances.c.account_id.in_(ids))
    for row in connection.execute(query).mappings() if ids else ():
        found[row["account_id"]] = row["balance"]
    return found


def change_balance(
    connection: Connection,
    account_id: int,
    value: Decimal,
    *,
    action: str,
    description: str,
    now: datetime,
    session: str = "",
) -> tuple[Decimal, Decimal]:
    """Add an amount, which may be negative, to a balance and its history; return the balance before and after.

    The account's row must be locked, so that concurrent changes wait for each other.
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
        "session": session,
    }
    connection.execute(balance_history.insert().values(**movement))
    return before, after


def balance_changes(connection: Connection, account_id: int, count: int) -> Sequence[RowMapping]:
    """Return the last ``count`` changes of an account's balance, newest first."""
    query = select(balance_history).where(balance_history.c.account_id == account_id)
    return connection.execute(query.order_by(balance_history.c.id.desc()).limit(count)).mappings().all()


def find_card(connection: Connection, card_id: int) -> RowMapping | None:
    """Return a prepaid card by its id, or ``None``; its row is locked."""
    query = select(prepaid_cards).where(prepaid_cards.c.id == card_id).with_for_update()
    return connection.execute(query).mappings().first()


def spend_card(connection: Connection, card_id: int, address: str, now: datetime) -> None:
    """Mark a prepaid card as used by an account."""
    spent = update(prepaid_cards).where(prepaid_cards.c.id == card_id)
    connection.execute(spent.values(used_by=address, used_date=now))


def insert_cards(
    connection: Connection, numbers: Iterable[str], value: Decimal, *, reseller_id: int, batch: str
) -> list[tuple[int, str]]:
    """Add prepaid cards of the same value; return id and number of each."""
    added = []
    for number in numbers:
        columns = {"number": number, "value": value, "reseller_id": reseller_id, "batch": batch}
        result = connection.execute(prepaid_cards.insert().values(**columns))
        key = result.inserted_primary_key
        added.append((int(key[0]) if key is not None else 0, number))
    return added
