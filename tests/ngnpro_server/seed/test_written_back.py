"""Records loaded in bulk equal those that the server stores: read and written back, they do not change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ngnpro_server.seed.making import Making
from tests.support.seeded import items
from tests.support.server import TestServer

from .conftest import NOW

# members that every update changes
_CHANGING = ("changeDate", "serial")


@pytest.fixture(params=["demo", "large"])
def seeded(request: pytest.FixtureRequest) -> TestServer:
    """Each of the seeded platforms."""
    server: TestServer = request.getfixturevalue(request.param)
    return server


@pytest.fixture
def making(seeded: TestServer) -> Iterator[Making]:
    """An object that calls operations; their changes are rolled back."""
    with seeded.engine.connect() as connection, seeded.app.proxy.connect() as proxy:
        yield Making(connection=connection, proxy=proxy, config=seeded.config, now=NOW)
        connection.rollback()


@pytest.mark.parametrize(
    ("port", "read", "update", "argument"),
    [
        ("Customer", "getCustomers", "updateAccount", "account"),
        ("Sip", "getDomains", "updateDomain", "domain"),
        ("Sip", "getAliases", "updateAlias", "alias"),
        ("Sip", "getCarriers", "updateCarrier", "carrier"),
        ("Sip", "getGateways", "updateGateway", "gateway"),
        ("Sip", "getGatewayRules", "updateGatewayRule", "rule"),
        ("Sip", "getTrustedPeers", "updateTrustedPeer", "peer"),
        ("Enum", "getRanges", "updateRange", "range"),
        ("Enum", "getNumbers", "updateNumber", "number"),
    ],
)
def test_records_of_lists(seeded: TestServer, making: Making, port: str, read: str, update: str, argument: str) -> None:
    for record in _some(items(seeded, port, read)):
        assert _steady(making.call(port, update, **{argument: record})) == _steady(record)


def test_accounts(seeded: TestServer, making: Making) -> None:
    listed = items(seeded, "Sip", "getAccounts")
    for account in listed:
        assert making.call("Sip", "getAccount", sipId=account["id"]) == account
    for account in _some(listed):
        assert _steady(making.call("Sip", "updateAccount", account=account)) == _steady(account)


def test_routes(seeded: TestServer, making: Making) -> None:
    routes = items(seeded, "Sip", "getRoutes")
    making.call("Sip", "updateRoutes", routes=routes)
    found = making.call("Sip", "getRoutes", query={})["routes"]
    assert [_steady(route) for route in found] == [_steady(route) for route in routes]


def test_mailboxes(seeded: TestServer, making: Making) -> None:
    for account in _some(items(seeded, "Sip", "getAccounts")):
        if "voicemail" in account["groups"]:
            mailbox = making.call("Voicemail", "getAccount", sipId=account["id"])
            assert making.call("Voicemail", "updateAccount", account=mailbox) == mailbox


@pytest.mark.parametrize(
    ("read", "write", "arguments"),
    [
        ("getCallDiversions", "setCallDiversions", lambda found: {"diversions": found}),
        ("getRejectMembers", "setRejectMembers", lambda found: {"members": found}),
        ("getBarringPrefixes", "setBarringPrefixes", lambda found: {"prefixes": found}),
        ("getAcceptRules", "setAcceptRules", lambda found: {"rules": found["rules"]}),
    ],
)
def test_settings_of_accounts(
    seeded: TestServer, making: Making, read: str, write: str, arguments: Callable[[Any], dict[str, Any]]
) -> None:
    for account in _some(items(seeded, "Sip", "getAccounts")):
        found = making.call("Sip", read, sipId=account["id"])
        if found:
            making.call("Sip", write, sipId=account["id"], **arguments(found))
            assert making.call("Sip", read, sipId=account["id"]) == found


def test_phonebooks(seeded: TestServer, making: Making) -> None:
    for account in _some(items(seeded, "Sip", "getAccounts")):
        entries = making.call("Sip", "getPhonebookEntries", sipId=account["id"])["entries"]
        for entry in entries:
            assert making.call("Sip", "updatePhonebookEntry", sipId=account["id"], entry=entry) == entry


def _some(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Choose about a hundred of many records."""
    return records[:: len(records) // 100 + 1]


def _steady(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in _CHANGING}
