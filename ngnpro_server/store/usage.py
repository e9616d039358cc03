"""What calls have cost: each rated call, the usage of accounts by month, and the countries that customers called."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Connection, RowMapping, cast, delete, func, or_, select, update

from .engine import upsert
from .schema import called_countries, month_usage, rated_calls, sip_accounts
from .types import Money

_R, _U, _C = rated_calls.c, month_usage.c, called_countries.c
_NOTHING = Decimal(0)


def prices_of_calls(connection: Connection, ids: Collection[int]) -> dict[tuple[int, datetime], Decimal]:
    """Return the prices of calls that were rated, by id and start."""
    query = select(_R.call_id, _R.start_time, _R.price).where(_R.call_id.in_(ids))
    return {(row.call_id, row.start_time): row.price for row in connection.execute(query)}


def insert_rated_call(
    connection: Connection,
    key: tuple[int, datetime],
    *,
    account_id: int,
    stop_time: datetime,
    seconds: int,
    price: Decimal,
) -> None:
    """Record that a call was rated; ``IntegrityError`` if it was already."""
    columns = {"account_id": account_id, "stop_time": stop_time, "seconds": seconds, "price": price}
    connection.execute(rated_calls.insert().values(call_id=key[0], start_time=key[1], **columns))


def add_usage(connection: Connection, account_id: int, month: str, seconds: int, price: Decimal) -> None:
    """Add a call to the usage of an account in a month."""
    first = {"account_id": account_id, "month": month, "calls": 1, "seconds": seconds, "cost": price, "held": False}
    more = {"calls": _U.calls + 1, "seconds": _U.seconds + seconds, "cost": _U.cost + price}
    upsert(connection, month_usage, first, more)


def find_usage(connection: Connection, account_id: int, month: str) -> RowMapping | None:
    """Return the usage of an account in a month, or ``None``."""
    query = select(month_usage).where(_U.account_id == account_id, _U.month == month)
    return connection.execute(query).mappings().first()


def hold_account(connection: Connection, account_id: int, month: str, quota: int) -> None:
    """Note that an account is in the group ``quota`` because of a month's usage."""
    query = update(month_usage).where(_U.account_id == account_id, _U.month == month)
    connection.execute(query.values(held=True, held_at=quota))


def release_account(connection: Connection, account_id: int) -> None:
    """Note that an account is not in the group ``quota`` because of its usage."""
    connection.execute(update(month_usage).where(_U.account_id == account_id).values(held=False))


def accounts_to_release(connection: Connection, month: str) -> Sequence[RowMapping]:
    """Return the accounts that are held for another month, or whose quota is now above their usage; locks them."""
    is_over = or_(
        _U.month != month,
        sip_accounts.c.quota == 0,
        sip_accounts.c.prepaid,
        _U.cost < cast(sip_accounts.c.quota, BigInteger) * Money.UNIT,
    )
    joined = sip_accounts.join(month_usage, _U.account_id == sip_accounts.c.id)
    query = select(sip_accounts).select_from(joined).where(_U.held, is_over).order_by(sip_accounts.c.id)
    return connection.execute(query.with_for_update()).mappings().all()


def calls_since(
    connection: Connection, account_id: int, since: datetime, until: datetime, shorter_than: int
) -> tuple[Decimal, int]:
    """Return what the calls of an account that ended in a period cost, and the number of the short ones."""
    ended = _R.account_id == account_id, _R.stop_time > since, _R.stop_time <= until
    cost = connection.execute(select(func.sum(_R.price)).where(*ended)).scalar()
    short = select(func.count()).select_from(rated_calls).where(*ended, _R.seconds < shorter_than)
    return cost or _NOTHING, connection.execute(short).scalar_one()


def note_country(connection: Connection, customer_id: int, country: str, now: datetime) -> bool:
    """Record that a customer called a country; return whether it called others before, but never this one."""
    known = set(connection.execute(select(_C.country).where(_C.customer_id == customer_id)).scalars())
    if country in known:
        return False
    connection.execute(called_countries.insert().values(customer_id=customer_id, country=country, since=now))
    return bool(known)


def remove_old_usage(connection: Connection, before: datetime) -> None:
    """Delete rated calls that ended before a time, and the usage of the months before it."""
    connection.execute(delete(rated_calls).where(_R.stop_time < before))
    connection.execute(delete(month_usage).where(_U.month < f"{before:%Y-%m}"))
