"""What the server counts: the use of domains by the hour, its own calls by ten minutes, and for whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from ngnpro_server.faults import Fault
from ngnpro_server.store import statistics
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema.proxy import calls, location
from ngnpro_server.watch.loop import Caretaker
from ngnpro_server.watch.statistics import UsageCounter
from ngnpro_wire.codec import WireFault
from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.calls import call_row
from tests.support.platform import Platform, make_platform, refused
from tests.support.server import make_server

NOW = datetime(2026, 3, 15, 12, 20, 0)
HOUR = timedelta(hours=1)


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    """A domain of the customer and one of a rival, with phones, and calls within the hour that has ended."""
    platform = make_platform(make_server(tmp_path, clock=lambda: NOW))
    platform.add_domain("own.example", platform.customer)
    platform.add_domain("rival.example", platform.rival)
    phones: list[dict[str, Any]] = [
        {"ruid": f"{name}{number}", "username": name, "domain": domain, "last_modified": NOW, "expires": NOW + HOUR}
        for name, domain, number in (("a", "own.example", 1), ("a", "own.example", 2), ("b", "rival.example", 1))
    ]
    begun = NOW.replace(minute=0) - HOUR
    rows = [
        call_row("one", "a@own.example", "b@rival.example", begun, duration=90),
        call_row("two", "a@own.example", "x@else.example", begun + HOUR / 2, duration=30),
        call_row("three", "b@rival.example", "a@own.example", begun + HOUR / 3, duration=60),
        call_row("busy", "a@own.example", "b@rival.example", begun + HOUR / 2, duration=0, status=486),
        call_row("later", "a@own.example", "b@rival.example", begun + HOUR, duration=7),
    ]
    with transaction(platform.server.proxy, write=True) as connection:
        connection.execute(location.insert(), phones)
        for row in rows:
            connection.execute(calls.insert().values(**row))
    UsageCounter(platform.server.engine, platform.server.proxy).count_hour(NOW)
    return platform


def usage(platform: Platform, auth: Any = None, **more: Any) -> Any:
    return platform.call("Watch", "getUsage", auth, **more)


def test_the_hour_that_has_ended_is_counted_by_domain(platform: Platform) -> None:
    found = usage(platform)
    assert found["samples"] == [{"time": "2026-03-15 11:00:00", "registered": 2, "calls": 3, "seconds": 180}]
    assert found["domains"] == [
        {"domain": "own.example", "registered": 1, "calls": 2, "seconds": 120},
        {"domain": "rival.example", "registered": 1, "calls": 1, "seconds": 60},
    ]
    assert usage(platform, domain="RIVAL.example")["samples"][0]["calls"] == 1


def test_resellers_and_customers_see_their_own_domains_only(platform: Platform) -> None:
    for party in (platform.reseller, platform.customer):
        found = usage(platform, party.auth)
        assert [one["domain"] for one in found["domains"]] == ["own.example"]
        assert found["samples"][0]["calls"] == 2
    assert usage(platform, platform.sibling.auth)["samples"][0]["calls"] == 0
    with refused(FaultCode.DOMAIN_MISSING):
        usage(platform, platform.customer.auth, domain="rival.example")


def test_an_hour_without_calls_is_counted_as_such_and_one_without_a_count_is_unknown(platform: Platform) -> None:
    with transaction(platform.server.engine, write=True) as connection:
        statistics.store_usage(connection, NOW.replace(minute=0) - 3 * HOUR, {}, {})
    times = [(one["time"], one["calls"]) for one in usage(platform)["samples"]]
    assert times == [("2026-03-15 09:00:00", 0), ("2026-03-15 11:00:00", 3)]
    assert [one["time"] for one in usage(platform, hours=1)["samples"]] == ["2026-03-15 11:00:00"]


def test_a_period_is_limited(platform: Platform) -> None:
    with refused(FaultCode.VALUE_INVALID):
        usage(platform, hours=745)


def test_the_server_counts_an_hour_once_and_stores_its_calls(tmp_path: Path) -> None:
    server = make_server(tmp_path, clock=lambda: NOW)
    caretaker = Caretaker(server.app)
    for moment in (NOW, NOW + timedelta(minutes=2), NOW + timedelta(minutes=41)):
        caretaker.look_after(moment)
    with transaction(server.engine, write=False) as connection:
        hours = list(statistics.list_counted_hours(connection, NOW - 24 * HOUR))
    assert hours == [datetime(2026, 3, 15, 11), datetime(2026, 3, 15, 12)]


def test_calls_are_counted_by_ten_minutes_operation_and_source(platform: Platform) -> None:
    app = platform.server.app
    app.tally.store(app.engine)
    platform.call("Sip", "getDomains")
    with pytest.raises(WireFault):
        platform.call("Sip", "getAccount", sipId={"username": "x", "domain": "y.example"})
    with pytest.raises(WireFault):
        platform.call("Sip", "getDomains", {"username": "admin", "password": "wrong", "admin": True})
    app.tally.store(app.engine)
    app.tally.store(app.engine)
    found = platform.call("Watch", "getProvisioning")
    shares = {(one["port"], one["operation"], one["address"]): (one["calls"], one["faults"]) for one in found["shares"]}
    assert shares["Sip", "getDomains", "127.0.0.1"] == (1, 0)
    assert shares["Sip", "getAccount", "127.0.0.1"] == (1, 1)
    assert shares["Sip", "getDomains", ""] == (1, 1)
    assert [one["time"] for one in found["samples"]] == ["2026-03-15 12:20:00"]
    assert found["samples"][0]["calls"] == sum(number for number, _faults in shares.values())


def test_calls_that_cannot_be_stored_are_kept_for_the_next_time(platform: Platform, tmp_path: Path) -> None:
    app = platform.server.app
    app.tally.store(app.engine)
    platform.call("Sip", "getDomains")
    broken = create_engine(f"sqlite:///{tmp_path}/no-such-folder/ngnpro.sqlite3")
    with pytest.raises(Fault, match="cannot be reached"):
        app.tally.store(broken)
    broken.dispose()
    app.tally.store(app.engine)
    found = platform.call("Watch", "getProvisioning")["shares"]
    assert [one["calls"] for one in found if one["operation"] == "getDomains"] == [1]


def test_old_numbers_are_deleted(platform: Platform) -> None:
    platform.server.app.tally.store(platform.server.engine)
    with transaction(platform.server.engine, write=True) as connection:
        statistics.remove_old_statistics(connection, NOW + HOUR)
    assert usage(platform) == {"samples": [], "domains": []}
    assert platform.call("Watch", "getProvisioning") == {"samples": [], "shares": []}
