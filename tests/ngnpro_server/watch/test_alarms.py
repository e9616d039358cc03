"""Alarms: thresholds of the customer, the reseller and the server, once in a period, and automatic blocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from ngnpro_server.call import DropRegistrations, Order
from ngnpro_server.config import Watch
from ngnpro_server.store.alarms import list_alarms
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.health import insert_sample, list_gateways, record_state
from ngnpro_server.store.prices import replace_prices
from ngnpro_server.store.schema import sip_accounts
from ngnpro_server.store.schema.proxy import calls
from ngnpro_server.watch.alarms import country_of
from ngnpro_server.watch.rating import Rater
from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.platform import Platform, make_platform, refused
from tests.support.server import make_server

pytestmark = pytest.mark.databases("sqlite")

NOW = datetime(2026, 3, 15, 12, 30, 0)


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    """Two accounts of one customer, a price of 1 a minute, and a server without thresholds of its own."""
    watch = Watch(spend_per_hour=0, short_calls=0, new_country=False)
    platform = make_platform(make_server(tmp_path, clock=lambda: NOW, watch=watch))
    platform.add_domain()
    platform.add_account()
    platform.add_account("bert")
    price = {"prefix": "", "destination": "", "increment": 1, "currency": "EUR", "connect_fee": Decimal(0)}
    with transaction(platform.server.engine, write=True) as connection:
        connection.execute(update(sip_accounts).values(create_date=datetime(2020, 1, 1)))
        replace_prices(connection, 0, [price | {"per_minute": Decimal(1)}])
    return platform


def call_out(
    platform: Platform, number: str = "0033123", seconds: int = 60, ended: datetime = NOW, by: str = "alice"
) -> list[Order]:
    """Rate a call to a number; return the orders to the SIP proxies."""
    row = {"payer_username": by, "payer_domain": "example.com", "number": number, "duration": seconds}
    with transaction(platform.server.proxy, write=True) as connection:
        connection.execute(calls.insert().values(**row, start_time=ended - timedelta(seconds=seconds), stop_time=ended))
    server = platform.server
    return Rater(server.config, server.engine, server.proxy).rate_calls(NOW)[1]


def alarms(platform: Platform) -> list[tuple[Any, ...]]:
    """Return the alarms, oldest first."""
    with transaction(platform.server.engine, write=False) as connection:
        found = list_alarms(connection, (), 100)
    return [(row["username"], row["kind"], row["value"], row["threshold"], row["blocked"]) for row in reversed(found)]


def test_spend_in_an_hour_raises_an_alarm_once_an_hour(platform: Platform) -> None:
    platform.grant(platform.customer, alarm_spend_per_hour=3)
    call_out(platform, seconds=120, ended=NOW - timedelta(minutes=61))
    call_out(platform, seconds=120, by="bert")
    call_out(platform, seconds=120)
    assert alarms(platform) == []
    call_out(platform, seconds=61)
    call_out(platform, seconds=61)
    assert alarms(platform) == [("alice", "spend", "3.02", "3", False)]
    call_out(platform, seconds=61, ended=NOW + timedelta(minutes=31))
    assert len(alarms(platform)) == 2


def test_many_short_calls_raise_an_alarm(platform: Platform) -> None:
    platform.grant(platform.reseller, alarm_short_calls=3)
    for seconds in (10, 9, 0):
        call_out(platform, seconds=seconds)
    assert alarms(platform) == []
    call_out(platform, seconds=9)
    assert alarms(platform) == [("alice", "short-calls", "3", "3", False)]


def test_the_first_call_to_another_country_raises_an_alarm(platform: Platform) -> None:
    platform.grant(platform.customer, alarm_new_country="yes")
    for number in ("0031201234567", "0031201234567", "0053123456", "0053123457"):
        call_out(platform, number)
    call_out(platform, "0053123456", by="bert")
    call_out(platform, "00447700900123", by="bert")
    assert alarms(platform) == [("alice", "country", "+53", "", False), ("bert", "country", "+44", "", False)]


def test_the_customers_threshold_replaces_the_resellers(platform: Platform) -> None:
    platform.grant(platform.reseller, alarm_spend_per_hour=1, alarm_block="yes")
    platform.grant(platform.customer, alarm_spend_per_hour=5, alarm_block="no")
    call_out(platform, seconds=240)
    assert alarms(platform) == []
    call_out(platform, seconds=60)
    assert alarms(platform) == [("alice", "spend", "5.00", "5", False)]
    assert platform.account()["groups"] == []


def test_an_alarm_blocks_the_account_where_the_customer_wants_that(platform: Platform) -> None:
    platform.grant(platform.customer, alarm_spend_per_hour=1, alarm_block="yes")
    assert call_out(platform, seconds=60) == [DropRegistrations("alice", "example.com")]
    assert alarms(platform) == [("alice", "spend", "1.00", "1", True)]
    account = platform.account()
    assert account["groups"] == ["blocked"]
    assert {"name": "blocked_by", "value": "reseller"} in account["properties"]
    assert platform.account("bert")["groups"] == []


def test_a_platform_without_thresholds_raises_none(platform: Platform) -> None:
    for number in ("0031201234567", "0053123456"):
        call_out(platform, number, seconds=100_000)
    assert alarms(platform) == []


def test_alarms_are_told_once_and_closed_by_those_who_see_them(platform: Platform) -> None:
    platform.grant(platform.customer, alarm_spend_per_hour=1, alarm_new_country="yes")
    for number in ("0031201234567", "0053123456"):
        call_out(platform, number, seconds=60)

    def listed(auth: Any = None, **wanted: Any) -> list[tuple[str, str]]:
        return [(one["kind"], one["value"]) for one in platform.call("Watch", "getAlarms", auth, **wanted)]

    both = [("spend", "1.00"), ("country", "+53")]
    assert listed(state="untold") == both
    last = platform.call("Watch", "getAlarms", state="untold")[-1]["id"]
    platform.call("Watch", "confirmAlarms", last=last)
    assert listed(state="untold") == []
    assert listed(platform.reseller.auth, state="open") == listed(platform.customer.auth) == both[::-1]
    assert listed(platform.rival.auth) == listed(platform.sibling.auth) == []
    platform.grant(platform.reseller, pstn_access=1)
    with refused(FaultCode.VALUE_INVALID, "id"):
        platform.call("Watch", "closeAlarm", platform.rival.auth, id=last)
    platform.call("Watch", "closeAlarm", platform.reseller.auth, id=last)
    assert listed(state="open") == [("spend", "1.00")]
    assert listed() == both[::-1]
    with refused(FaultCode.VALUE_INVALID, "state"):
        listed(state="odd")


def test_the_state_of_gateways_is_told_to_those_who_manage_them(platform: Platform) -> None:
    for owner in (platform.reseller, platform.rival):
        platform.grant(owner, pstn_access=1)
        carrier = platform.call("Sip", "addCarrier", carrier={"name": "one", "reseller": owner.id})
        gateway = {"name": f"of-{owner.id}", "carrier_id": carrier["id"], "ip": "192.0.2.1"}
        platform.call("Sip", "addGateway", gateway=gateway)
    for minute, answers in enumerate(((200, None), (404, 0), (503, 0))):
        with transaction(platform.server.engine, write=True) as connection:
            for gateway, answer in zip(list_gateways(connection), answers, strict=True):
                record_state(connection, gateway["id"], answer, NOW + timedelta(minutes=minute))
            insert_sample(connection, NOW + timedelta(minutes=minute), 7, 2 if minute else None)
    told = platform.call("Watch", "getHealth")
    states = [(one["state"], one["code"], one["since"][11:], one["checked"][11:]) for one in told["gateways"]]
    assert states == [("answers", 503, "12:30:00", "12:32:00"), ("silent", 0, "12:31:00", "12:32:00")]
    assert [(one["phones"], one.get("calls")) for one in told["samples"]] == [(7, None), (7, 2), (7, 2)]
    own = platform.call("Watch", "getHealth", platform.reseller.auth)
    assert [one["name"] for one in own["gateways"]] == [f"of-{platform.reseller.id}"]
    assert own["samples"] == []
    with refused(FaultCode.NOT_PERMITTED):
        platform.call("Watch", "getHealth", platform.customer.auth)


@pytest.mark.parametrize(
    ("digits", "country"), [("12125550100", "1"), ("79161234567", "7"), ("31201", "31"), ("353123", "353"), ("8", "8")]
)
def test_the_country_of_a_number(digits: str, country: str) -> None:
    assert country_of(digits) == country
