"""Alarms about the calls of accounts: a quota that was reached, and what may be fraud."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, false, select, update

from .schema import alarms

_A = alarms.c


def is_raised(connection: Connection, account_id: int, kind: str, period: str) -> bool:
    """Return whether an alarm of a kind was raised in a period."""
    key = _A.account_id == account_id, _A.kind == kind, _A.period == period
    return connection.execute(select(_A.id).where(*key)).first() is not None


def insert_alarm(connection: Connection, account: RowMapping, **columns: Any) -> None:
    """Add an alarm about an account."""
    about = {name: account[name] for name in ("customer_id", "reseller_id", "username", "domain")}
    connection.execute(alarms.insert().values(account_id=account["id"], **about, **columns))


def list_alarms(
    connection: Connection, conditions: Sequence[ColumnElement[bool]], limit: int, *, oldest_first: bool = False
) -> Sequence[RowMapping]:
    """Return alarms, newest first unless ``oldest_first``."""
    query = select(alarms).where(*conditions).order_by(_A.id if oldest_first else _A.id.desc()).limit(limit)
    return connection.execute(query).mappings().all()


def find_alarm(connection: Connection, alarm_id: int) -> RowMapping | None:
    """Return an alarm, or ``None``."""
    return connection.execute(select(alarms).where(_A.id == alarm_id)).mappings().first()


def close_alarm(connection: Connection, alarm_id: int) -> None:
    """Note that somebody has seen to an alarm."""
    connection.execute(update(alarms).where(_A.id == alarm_id).values(closed=True))


def mark_told(connection: Connection, last: int) -> None:
    """Note that the mails about all alarms up to ``last`` were queued."""
    connection.execute(update(alarms).where(_A.told == false(), _A.id <= last).values(told=True))


def remove_old_alarms(connection: Connection, before: datetime) -> None:
    """Delete alarms that were raised before a time and are closed."""
    connection.execute(delete(alarms).where(_A.time < before, _A.closed))
