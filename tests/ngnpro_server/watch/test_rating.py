"""Rating: what calls cost, who pays, and that each is charged once, whenever the server is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from ngnpro_server.store.engine import Collision, open_engine, transaction
from ngnpro_server.store.prices import replace_prices
from ngnpro_server.store.proxy import create_tables
from ngnpro_server.store.schema import month_usage, rated_calls, sip_accounts
from ngnpro_server.store.schema.proxy import calls
from ngnpro_server.store.usage import find_usage
from ngnpro_server.watch.quotas import release_accounts
from ngnpro_server.watch.rating import Rater, price_of
from tests.support.calls import age_accounts
from tests.support.platform import Platform, kept_numbers

ALICE = {"username": "alice", "domain": "example.com"}
NOW = datetime(2026, 3, 15, 12, 0, 0)
EUR = {"destination": "", "increment": 1, "currency": "EUR", "connect_fee": Decimal(0)}
PRICES = [
    {**EUR, "prefix": "44", "per_minute": Decimal("0.06")},
    {**EUR, "prefix": "447", "per_minute": Decimal("0.18"), "connect_fee": Decimal("0.05"), "increment": 60},
    {**EUR, "prefix": "", "per_minute": Decimal("1")},
]


@pytest.fixture
def platform(platform: Platform) -> Platform:
    """The platform with the account alice@example.com, which was added long ago, and prices."""
    platform.add_domain()
    platform.add_account()
    age_accounts(platform.server.engine)
    with transaction(platform.server.engine, write=True) as connection:
        replace_prices(connection, 0, PRICES)
    return platform


def rater(platform: Platform) -> Rater:
    return Rater(platform.server.config, platform.server.engine, platform.server.proxy)


def write(platform: Platform, number: str | None = "00442079460000", seconds: int = 60, **columns: Any) -> None:
    """Insert a call that has ended, as the SIP proxy does."""
    row = {
        "call_id": "one",
        "from_username": "alice",
        "from_domain": "example.com",
        "payer_username": "alice",
        "payer_domain": "example.com",
        "number": number,
        "start_time": NOW - timedelta(seconds=seconds),
        "stop_time": NOW,
        "duration": seconds,
    }
    with transaction(platform.server.proxy, write=True) as connection:
        connection.execute(calls.insert().values(row | columns))


def rate(platform: Platform) -> list[float]:
    """Rate all calls, and return their prices."""
    while rater(platform).rate_calls(NOW)[0]:
        pass
    with transaction(platform.server.proxy, write=False) as connection:
        assert connection.execute(select(func.count()).where(calls.c.rated == 0)).scalar_one() == 0
        return list(connection.execute(select(calls.c.price).order_by(calls.c.id)).scalars())


def usage(platform: Platform, month: str = "2026-03") -> tuple[int, int, Decimal]:
    """Return the calls, seconds and cost of alice's month."""
    with transaction(platform.server.engine, write=False) as connection:
        account = connection.execute(select(sip_accounts.c.id).where(sip_accounts.c.username == "alice")).scalar_one()
        found = find_usage(connection, account, month)
    return (found["calls"], found["seconds"], found["cost"]) if found else (0, 0, Decimal(0))


def balance(platform: Platform) -> float:
    return float(platform.call("Sip", "getPrepaidStatus", sipIds=[ALICE])[0]["balance"])


def change(platform: Platform, **members: Any) -> None:
    platform.call("Sip", "updateAccount", account={"id": ALICE, **members})


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("seconds", "increment", "fee", "expected"),
    [
        (60, 1, "0", "0.1200"),
        (61, 1, "0", "0.1220"),
        (0, 1, "0", "0.0020"),
        (0, 60, "0.05", "0.1700"),
        (60, 60, "0", "0.1200"),
        (61, 60, "0", "0.2400"),
        (1, 6, "0", "0.0120"),
        (86400, 1, "0", "172.8000"),
    ],
)
def test_each_begun_increment_is_paid_for(seconds: int, increment: int, fee: str, expected: str) -> None:
    entry = {"per_minute": Decimal("0.12"), "connect_fee": Decimal(fee), "increment": increment}
    assert price_of(entry, seconds) == Decimal(expected)


def test_the_longest_prefix_wins_and_the_month_moves(platform: Platform) -> None:
    for number in ("00442079460000", "00447700900123", "0033123456789"):
        write(platform, number)
    assert rate(platform) == [0.06, 0.23, 1.0]
    assert usage(platform) == (3, 180, Decimal("1.29"))
    placed = platform.call("Sip", "getCalls", sipId=ALICE, query={"placed": {"limit": 9}})["placed"]
    assert sorted(call["price"] for call in placed) == [0.06, 0.23, 1.0]
    assert {call["duration"] for call in placed} == {60}


def test_a_reseller_with_prices_of_its_own_has_only_these(platform: Platform) -> None:
    with transaction(platform.server.engine, write=True) as connection:
        own = {**EUR, "prefix": "44", "per_minute": Decimal("0.5")}
        replace_prices(connection, platform.reseller.id, [own])
        replace_prices(connection, platform.rival.id, [own | {"per_minute": Decimal(9)}])
    for number in ("00447700900123", "0033123456789"):
        write(platform, number)
    assert rate(platform) == [0.5, 0]


def test_only_calls_to_the_telephone_network_cost_something(platform: Platform) -> None:
    write(platform, number=None, payer_username=None, payer_domain=None)
    write(platform, payer_username="nobody")
    write(platform, number=None, payer_username=None, payer_domain=None, price=0.25)
    assert rate(platform) == [0, 0, 0.25]
    assert usage(platform) == (0, 0, Decimal(0))


def test_a_call_in_progress_is_not_rated(platform: Platform) -> None:
    write(platform, stop_time=None)
    assert rater(platform).rate_calls(NOW) == (0, [])


def test_a_newcomer_does_not_pay_for_the_calls_of_the_account_before(platform: Platform) -> None:
    write(platform)
    platform.call("Sip", "deleteAccount", sipId=ALICE)
    platform.add_account()
    assert rate(platform) == [0]
    assert usage(platform) == (0, 0, Decimal(0))


def test_who_diverts_a_call_pays_for_it_and_the_caller_sees_no_price(platform: Platform) -> None:
    platform.add_account("bert")
    age_accounts(platform.server.engine)
    write(platform, from_username="bert")
    rate(platform)
    query = {"placed": {"limit": 9}}
    seen = {
        name: platform.call("Sip", "getCalls", sipId=ALICE | {"username": name}, query=query)["placed"]
        for name in ("alice", "bert")
    }
    assert {name: [call["price"] for call in found] for name, found in seen.items()} == {"alice": [0.06], "bert": [0]}
    placed = {"placed": {"fromDate": 1}}
    sums = platform.call("Sip", "getCallStatistics", sipId=ALICE, query=placed)["placed"]
    assert sums == {"calls": 1, "price": pytest.approx(0.06)}


def test_a_prepaid_account_pays_from_its_balance(platform: Platform) -> None:
    change(platform, prepaid=True)
    platform.call("Sip", "addBalance", sipId=ALICE, value=1.0, description="")
    write(platform, call_id="the-call")
    rate(platform)
    assert balance(platform) == pytest.approx(0.94)
    [debit, _] = platform.call("Sip", "getCreditHistory", sipId=ALICE, count=9)["entries"]
    shown = {name: debit[name] for name in ("action", "description", "session")}
    assert shown == {"action": "Debit balance", "description": "Call to 00442079460000", "session": "the-call"}


class TestQuotas:
    """The group quota."""

    def groups(self, platform: Platform) -> list[str]:
        return list(platform.account()["groups"])

    def release(self, platform: Platform, month: str) -> int:
        with transaction(platform.server.engine, write=True) as connection:
            return release_accounts(connection, month)

    def test_the_quota_stops_calls_until_the_next_month(self, platform: Platform) -> None:
        change(platform, quota=1, groups=["free-pstn"])
        write(platform, "0033123456789", 59)
        rate(platform)
        assert self.groups(platform) == ["free-pstn"]
        write(platform, "0033123456789", 1)
        rate(platform)
        assert self.groups(platform) == ["free-pstn", "quota"]
        assert self.release(platform, "2026-03") == 0
        assert self.release(platform, "2026-04") == 1
        assert self.groups(platform) == ["free-pstn"]
        assert kept_numbers(platform.server)["group", "name", "free-pstn"] == 1
        assert ("group", "name", "quota") not in kept_numbers(platform.server)

    def test_a_higher_quota_lets_the_account_call_again(self, platform: Platform) -> None:
        change(platform, quota=1)
        write(platform, "0033123456789", 60)
        rate(platform)
        change(platform, quota=2, groups=["quota"])
        assert self.release(platform, "2026-03") == 1
        assert self.groups(platform) == []
        write(platform, "0033123456789", 60)
        rate(platform)
        assert self.groups(platform) == ["quota"]

    def test_an_account_that_was_let_out_by_hand_stays_out(self, platform: Platform) -> None:
        change(platform, quota=1)
        write(platform, "0033123456789", 60)
        rate(platform)
        platform.call("Sip", "removeFromGroup", sipId=ALICE, group="quota")
        write(platform, "0033123456789", 60)
        rate(platform)
        assert self.groups(platform) == []

    def test_an_account_that_was_put_there_by_hand_stays_there(self, platform: Platform) -> None:
        platform.call("Sip", "addToGroup", sipId=ALICE, group="quota")
        assert self.release(platform, "2026-04") == 0
        assert self.groups(platform) == ["quota"]

    def test_a_prepaid_account_has_no_quota(self, platform: Platform) -> None:
        change(platform, quota=1, prepaid=True)
        write(platform, "0033123456789", 120)
        rate(platform)
        assert self.groups(platform) == ["prepaid"]


@contextmanager
def killed_before(statement: int, *engines: Engine) -> Iterator[None]:
    """Kill this process with signal 9 before the n-th statement that it sends to any of the databases."""
    sent = [0]

    def count(*_args: Any) -> None:
        sent[0] += 1
        if sent[0] == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", count)
        event.listen(engine, "commit", count)
    yield


def rate_and_be_killed(platform: Platform, statement: int) -> bool:
    """Rate calls in a process of its own; return whether it was killed before the statement."""
    child = os.fork()
    if child == 0:
        database = platform.server.config.database
        engine, written = (open_engine(url, database) for url in (database.url, database.proxy_url))
        with killed_before(statement, engine, written):
            Rater(platform.server.config, engine, written).rate_calls(NOW)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.databases("sqlite", "mariadb")
def test_a_call_is_charged_once_wherever_the_server_is_killed(platform: Platform) -> None:
    change(platform, prepaid=True)
    platform.call("Sip", "addBalance", sipId=ALICE, value=100.0, description="")
    statement, killed = 0, True
    while killed:
        statement += 1
        write(platform)
        for engine in {platform.server.engine, platform.server.proxy}:
            engine.dispose()
        killed = rate_and_be_killed(platform, statement)
        assert rate(platform) == [0.06] * statement
        assert usage(platform) == (statement, 60 * statement, Decimal("0.06") * statement)
        assert balance(platform) == pytest.approx(100 - 0.06 * statement)
    assert statement > 10


def test_two_servers_charge_each_call_once(platform: Platform) -> None:
    for _number in range(20):
        write(platform)

    def work(_server: int) -> None:
        rated = 1
        while rated:
            # the next round does what a round could not do
            with suppress(Collision):
                rated, _orders = rater(platform).rate_calls(NOW)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert rate(platform) == [0.06] * 20
    assert usage(platform) == (20, 1200, Decimal("1.2"))
    with transaction(platform.server.engine, write=False) as connection:
        assert connection.execute(select(func.count()).select_from(rated_calls)).scalar_one() == 20
        assert connection.execute(select(func.count()).select_from(month_usage)).scalar_one() == 1


@pytest.mark.databases("sqlite")
def test_the_calls_of_a_table_from_before_count_as_rated(platform: Platform, tmp_path: Path) -> None:
    write(platform, price=0.25)
    with transaction(platform.server.proxy, write=True) as connection:
        for index in ("ix_calls_rated", "ix_calls_payer"):
            connection.exec_driver_sql(f"DROP INDEX {index}")
        for column in ("payer_username", "payer_domain", "number", "rated"):
            connection.exec_driver_sql(f"ALTER TABLE calls DROP COLUMN {column}")
    create_tables(platform.server.proxy)
    assert rater(platform).rate_calls(NOW) == (0, [])
    write(platform)
    assert rate(platform) == [0.25, 0.06]
