"""Calls that really took place cost what the price table says, until the quota or the balance is used up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from ngnpro_server.call import utc_now
from ngnpro_server.config import Proxy as ProxySettings
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.health import list_samples, list_states
from ngnpro_server.store.prices import replace_prices
from ngnpro_server.store.schema.proxy import calls
from ngnpro_server.watch.gateways import Probe
from ngnpro_server.watch.rating import Rater
from tests.support import needs
from tests.support.processes import free_port, wait_until
from tests.support.telephony.phones import Line

from .conftest import Office

pytestmark = [pytest.mark.real, pytest.mark.needs(needs.KAMAILIO, needs.SIPP)]

# 5 for each begun minute: every call of these tests costs 5
PRICE = {"prefix": "44", "destination": "UK", "increment": 60, "currency": "EUR", "connect_fee": Decimal(0)}


@pytest.fixture(scope="module")
def gateway(office: Office) -> int:
    """The port of a gateway for 0044, where a minute costs 5."""
    port = office.device(number=1).port
    office.route("0044", port)
    with transaction(office.platform.server.engine, write=True) as connection:
        replace_prices(connection, 0, [PRICE | {"per_minute": Decimal(5)}])
    return port


def ended_calls(office: Office) -> int:
    with transaction(office.platform.server.proxy, write=False) as connection:
        return int(connection.execute(select(func.count()).select_from(calls)).scalar_one())


def call_and_rate(office: Office, line: Line, to: str = "00447700900123@example.com") -> int:
    """Call a number, wait until the proxy has recorded the call, and rate it; return its status."""
    before = ended_calls(office)
    status = line.call(to)
    if status == 200:
        wait_until(lambda: ended_calls(office) == before + 1, "the call is recorded")
    server = office.platform.server
    Rater(server.config, server.engine, server.proxy).rate_calls(utc_now())
    return status


def placed(office: Office, username: str) -> list[dict[str, Any]]:
    return list(office.settings("getCalls", username, query={"placed": {"limit": 9}})["placed"])


def test_a_call_has_its_price_and_the_quota_stops_the_next_but_one(office: Office, gateway: int) -> None:
    line = office.account("quentin", groups=["free-pstn"], quota=10)
    assert call_and_rate(office, line) == 200
    [call] = placed(office, "quentin")
    assert (call["status"], call["price"]) == (200, 5.0)
    assert call["stopTime"] >= call["startTime"]
    assert call_and_rate(office, line) == 200
    assert call_and_rate(office, line) == 403
    assert "quota" in office.platform.account("quentin")["groups"]


def test_a_prepaid_account_calls_until_its_balance_is_used_up(office: Office, gateway: int) -> None:
    line = office.account("petra", groups=["free-pstn", "prepaid"], prepaid=True)
    office.settings("addBalance", "petra", value=5, description="")
    assert call_and_rate(office, line) == 200
    [status] = office.sip("getPrepaidStatus", sipIds=[{"username": "petra", "domain": "example.com"}])
    assert status["balance"] == 0
    assert call_and_rate(office, line) == 402


def test_who_diverts_to_a_number_pays(office: Office, gateway: int) -> None:
    caller = office.account("caller")
    office.account("away", groups=["free-pstn"])
    office.settings("setCallDiversions", "away", diversions={"FUNC": "sip:00447700900123@example.com"})
    assert call_and_rate(office, caller, "away@example.com") == 200
    assert [call["price"] for call in placed(office, "away")] == [5.0]
    assert [call["price"] for call in placed(office, "caller")] == [0]


def test_calls_between_accounts_cost_nothing(office: Office, gateway: int) -> None:
    office.phone("inside")
    line = office.account("outside", groups=["free-pstn"])
    assert call_and_rate(office, line, "inside@example.com") == 200
    assert [call["price"] for call in placed(office, "outside")] == [0]


def test_gateways_are_asked_by_the_proxy_and_unknown_where_none_can_ask(office: Office, gateway: int) -> None:
    server, now = office.platform.server, utc_now()
    office.route("0033", free_port())
    # the proxy itself answers OPTIONS
    office.route("0034", office.proxy.port)
    Probe(server.config.proxy, server.engine, server.proxy).ask_gateways(now)
    with transaction(server.engine, write=False) as connection:
        found = {row["name"].partition("-")[0]: row["answer"] for row in list_states(connection)}
    assert (found["0033"], found["0034"]) == (0, 200)
    gone = ProxySettings(rpc_urls=f"http://127.0.0.1:{free_port()}/RPC")
    Probe(gone, server.engine, server.proxy).ask_gateways(now)
    with transaction(server.engine, write=False) as connection:
        assert {row["answer"] for row in list_states(connection)} == {None}


def test_phones_and_calls_are_counted(office: Office, gateway: int) -> None:
    server, now = office.platform.server, utc_now()
    line = office.account("talker", groups=["free-pstn"])
    assert line.register() == 200
    wait_until(lambda: office.proxy.command("dlg.stats_active")["all"] == 0, "no call is left")
    with line.talking("00447700900123@example.com"):
        Probe(server.config.proxy, server.engine, server.proxy).take_sample(now)
    with transaction(server.engine, write=False) as connection:
        [sample] = list_samples(connection, now)
    assert sample["calls"] == 1
    assert sample["phones"] >= 1
