"""getFoundCalls: calls of all accounts that the caller may see, by each condition, in pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema.proxy import calls, missed_calls
from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.calls import age_accounts, call_row
from tests.support.platform import Platform, make_platform, refused
from tests.support.server import make_server

NOW = datetime(2026, 3, 15, 12, 0, 0)


def add_account(platform: Platform, domain: str) -> None:
    person = {"firstName": "Ada", "lastName": "Byron", "email": "ada@mail.example", "timezone": "Europe/Amsterdam"}
    account = {"id": {"username": "ada", "domain": domain}, "password": "x1y2z3w4v5", **person}
    platform.call("Sip", "addAccount", account=account)


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    """Accounts in a domain of the customer and in one of a rival, and calls of both."""
    platform = make_platform(make_server(tmp_path, clock=lambda: NOW))
    for domain, customer in (("own.example", platform.customer.id), ("rival.example", platform.rival.id)):
        platform.call("Sip", "addDomain", domain={"domain": domain, "customer": customer})
        add_account(platform, domain)
    age_accounts(platform.server.engine)
    hour = timedelta(hours=1)
    rows = [
        call_row("own", "ada@own.example", "0031208005169@own.example", NOW - hour, price=0.5),
        call_row("rival", "ada@rival.example", "0031208005169@rival.example", NOW - 2 * hour),
        call_row(
            "both",
            "ada@rival.example",
            "ada@own.example",
            NOW - 3 * hour,
            price=9.0,
            payer_username="ada",
            payer_domain="rival.example",
        ),
        call_row("old", "ada@own.example", "bob@own.example", NOW - timedelta(days=3)),
    ]
    names = {name for row in rows for name in row}
    missed = {"callid": "missed", "from_username": "x", "from_domain": "else.example", "to_username": "ada"}
    missed |= {"to_domain": "own.example", "from_uri": "sip:x@else.example", "to_uri": "sip:ada@own.example"}
    with transaction(platform.server.proxy, write=True) as connection:
        connection.execute(calls.insert(), [dict.fromkeys(names) | row for row in rows])
        connection.execute(missed_calls.insert(), {**missed, "sip_code": "486", "time": NOW - hour / 2})
    return platform


def find(platform: Platform, auth: dict[str, Any] | None = None, **query: Any) -> list[str]:
    return [call["sessionId"] for call in platform.call("Watch", "getFoundCalls", auth, query=query).get("calls", [])]


def unix(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["missed", "own", "rival", "both"]),
        ({"digits": "208005169"}, ["own", "rival"]),
        ({"digits": "2080%"}, []),
        ({"domain": "OWN.example"}, ["missed", "own", "both"]),
        ({"username": "ada", "domain": "rival.example"}, ["rival", "both"]),
        ({"username": "a_a"}, []),
        ({"callId": "old"}, ["old"]),
        ({"fromDate": unix(NOW - timedelta(days=4)), "toDate": unix(NOW - timedelta(days=2))}, ["old"]),
    ],
)
def test_calls_are_found_by_each_condition_newest_first(
    platform: Platform, query: dict[str, Any], found: list[str]
) -> None:
    assert find(platform, **query) == found


def test_callers_find_only_calls_in_which_an_account_of_theirs_takes_part(platform: Platform) -> None:
    for auth in (platform.customer.auth, platform.reseller.auth):
        assert find(platform, auth) == ["missed", "own", "both"]
        assert find(platform, auth, callId="rival") == []
        assert find(platform, auth, domain="rival.example") == []


def test_accounts_and_prices_are_those_that_the_caller_may_see(platform: Platform) -> None:
    asked = {"query": {"callId": "both"}}
    [call] = platform.call("Watch", "getFoundCalls", platform.customer.auth, **asked)["calls"]
    assert (call.get("fromAccount", ""), call["toAccount"], call["price"]) == ("", "ada@own.example", 0.0)
    [call] = platform.call("Watch", "getFoundCalls", **asked)["calls"]
    assert (call["fromAccount"], call["toAccount"], call["price"]) == ("ada@rival.example", "ada@own.example", 9.0)


def test_calls_from_before_an_account_was_added_are_not_its_own(platform: Platform) -> None:
    platform.call("Sip", "deleteAccount", sipId={"username": "ada", "domain": "own.example"})
    add_account(platform, "own.example")
    assert find(platform, platform.customer.auth) == []


def test_pages_say_whether_there_are_more(platform: Platform) -> None:
    first = platform.call("Watch", "getFoundCalls", query={"count": 3})
    assert ([call["sessionId"] for call in first["calls"]], first["more"]) == (["missed", "own", "rival"], True)
    second = platform.call("Watch", "getFoundCalls", query={"start": 3, "count": 3})
    assert ([call["sessionId"] for call in second["calls"]], second["more"]) == (["both"], False)


def test_a_period_has_a_limit(platform: Platform) -> None:
    with refused(FaultCode.VALUE_INVALID, "fromDate"):
        find(platform, fromDate=unix(NOW - timedelta(days=100)))
