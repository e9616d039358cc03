"""Prepaid balances and their history in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, select

from .engine import upsert
from .schema import balance_history, balances

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
