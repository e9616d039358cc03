"""Rating: what a call to the telephone network costs, charged once to the account that pays for it.

The proxy's table ``calls`` and the platform's own may be in two databases, which have no common transaction. So a call
is charged in a transaction of the platform's database, which also records that this call was rated; only then its price
is written into ``calls``. If the server is killed in between, the call is found again, and its recorded price is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Engine, RowMapping

from ngnpro_server.call import Call, Caller, Level, Order
from ngnpro_server.config import Config
from ngnpro_server.store import accounts, balances, prices, proxy, usage
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.locks import acquire_locks
from ngnpro_wire.facts.telephone_numbers import international_digits

from .alarms import raise_alarms
from .quotas import check_quota

# few, so that other calls do not wait long for the accounts that are charged
AT_ONCE = 50
_CENT_OF_CENT = Decimal("0.0001")
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rater:
    """Rates the calls of a platform; ``written`` is the database that the proxy writes."""

    config: Config
    engine: Engine
    written: Engine

    def rate_calls(self, now: datetime) -> tuple[int, list[Order]]:
        """Rate the oldest calls that are not rated; return their number, and the orders to the proxies."""
        with transaction(self.written, write=False) as connection:
            ended = proxy.list_unrated_calls(connection, AT_ONCE)
        if not ended:
            return 0, []
        orders: list[Order] = []
        found = self._charge(ended, now, orders)
        with transaction(self.written, write=True) as connection:
            proxy.store_prices(connection, found)
        return len(found), orders

    def _charge(self, ended: Sequence[RowMapping], now: datetime, orders: list[Order]) -> dict[int, Decimal]:
        """Charge calls that were not charged yet; return the prices of all by id."""
        with transaction(self.engine, write=True) as connection:
            acquire_locks(connection, ["rating"])
            caller = Caller(level=Level.RESELLER)
            call = Call(caller=caller, connection=connection, config=self.config, now=now, orders=orders)
            known = usage.prices_of_calls(connection, [row["id"] for row in ended])
            return {row["id"]: known[key] if (key := _key(row)) in known else charge(call, row) for row in ended}


def charge(call: Call, row: RowMapping) -> Decimal:
    """Charge one call to the account that pays for it; return its price, 0 if there is no such account.

    A call that began before the account existed was made by an earlier account of that name.
    """
    payer = row["payer_username"], row["payer_domain"]
    account = accounts.find_account(call.connection, *payer, lock=True) if all(payer) else None
    is_its_own = account is not None and proxy.began_after(account, row["start_time"])
    digits = international_digits(row["number"] or "")
    if account is None or not is_its_own or not digits:
        # a price that another program has written stays
        return Decimal(str(row["price"]))
    entry = prices.find_price(call.connection, account["reseller_id"], digits)
    price = price_of(entry, row["duration"]) if entry is not None else _NOTHING
    _move(call, account, row, price)
    check_quota(call, account, month_of(row["stop_time"]))
    raise_alarms(call, account, digits, row["stop_time"])
    return price


def price_of(entry: RowMapping | dict[str, Any], seconds: int) -> Decimal:
    """Return the price of an answered call: each begun increment counts, the first one always."""
    increments = max(1, -(-seconds // entry["increment"]))
    minutes = Decimal(increments * entry["increment"]) / 60
    price: Decimal = entry["connect_fee"] + entry["per_minute"] * minutes
    return price.quantize(_CENT_OF_CENT, ROUND_HALF_UP)


def month_of(moment: datetime) -> str:
    """Return the month of a time in UTC, e.g. ``2026-01``."""
    return f"{moment:%Y-%m}"


def _move(call: Call, account: RowMapping, row: RowMapping, price: Decimal) -> None:
    """Record that a call was rated, with the usage and the balance that it changes."""
    usage.insert_rated_call(
        call.connection,
        _key(row),
        account_id=account["id"],
        stop_time=row["stop_time"],
        seconds=row["duration"],
        price=price,
    )
    usage.add_usage(call.connection, account["id"], month_of(row["stop_time"]), row["duration"], price)
    if account["prepaid"] and price:
        balances.change_balance(
            call.connection,
            account["id"],
            -price,
            action="Debit balance",
            description=f"Call to {row['number']}",
            session=row["call_id"],
            now=call.now,
        )


def _key(row: RowMapping) -> tuple[int, datetime]:
    return row["id"], row["start_time"]
