"""What leads to an address, back to itself, or nowhere: diversions in circles, and contacts, on all databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import true

from ngnpro_server.store.accounts import find_account
from ngnpro_server.store.circles import list_diversions_in_circles
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.settings import set_diversions
from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.platform import Platform, refused
from tests.support.statements import counted

DOMAIN = "example.com"


def sip_id(username: str) -> dict[str, str]:
    return {"username": username, "domain": DOMAIN}


def divert(platform: Platform, username: str, **targets: str) -> None:
    """Store diversions without the check at saving, as if they were stored before something closed the circle."""
    with transaction(platform.server.engine, write=True) as connection:
        account = find_account(connection, username, DOMAIN)
        assert account is not None
        set_diversions(connection, account["id"], {name: f"sip:{target}@{DOMAIN}" for name, target in targets.items()})


@pytest.fixture
def diverted(platform: Platform) -> Platform:
    """Diversions in circles: to itself, of two accounts, into these, over a number, over an alias; others lead out."""
    platform.add_domain()
    for username in ("self", "alice", "bob", "into", "carol", "dave", "eve", "frank"):
        platform.add_account(username)
    number = {"number": "4930901820", "tld": "e164.arpa"}
    mappings = [
        {"type": "sip", "mapto": f"sip:{name}@{DOMAIN}", "priority": at} for name, at in (("eve", 9), ("carol", 5))
    ]
    platform.call("Enum", "addRange", range={"id": {"prefix": "4930", "tld": "e164.arpa"}, "maxDigits": 10})
    platform.call("Enum", "addNumber", number={"id": number, "mappings": mappings})
    platform.call("Sip", "addAlias", alias={"id": sip_id("in"), "target": sip_id("dave")})
    divert(platform, "self", FBUS="self")
    divert(platform, "alice", FUNC="bob")
    divert(platform, "bob", FUNC="alice")
    divert(platform, "into", FUNC="alice", FNOA="alice")
    divert(platform, "carol", FUNC="+4930901820")
    divert(platform, "dave", FUNC="in", FNOA="frank")
    divert(platform, "eve", FUNC="frank")
    return platform


def circles(platform: Platform, auth: Any = None) -> list[tuple[str, str]]:
    found = platform.call("Watch", "getDiversionsInCircles", auth)
    assert not found["more"]
    return [(one["sipId"]["username"], one["condition"]) for one in found.get("diversions") or ()]


def test_diversions_in_circles_of_all_kinds_are_listed(diverted: Platform) -> None:
    found = [("self", "FBUS"), *((name, "FUNC") for name in ("alice", "bob", "into", "carol", "dave"))]
    assert circles(diverted) == found
    assert circles(diverted, diverted.reseller.auth) == circles(diverted, diverted.customer.auth) == found
    assert circles(diverted, diverted.sibling.auth) == circles(diverted, diverted.rival.auth) == []


def test_what_is_listed_cannot_be_saved_and_the_rest_can(diverted: Platform) -> None:
    for username, target in (("alice", "bob"), ("carol", "+4930901820"), ("dave", "in"), ("into", "alice")):
        with refused(FaultCode.VALUE_INVALID, "FUNC"):
            diversions = {"FUNC": f"sip:{target}@{DOMAIN}"}
            diverted.call("Sip", "setCallDiversions", sipId=sip_id(username), diversions=diversions)
    diverted.call("Sip", "setCallDiversions", sipId=sip_id("eve"), diversions={"FUNC": f"sip:frank@{DOMAIN}"})


def test_more_diversions_than_are_looked_at_are_told(diverted: Platform) -> None:
    with transaction(diverted.server.engine, write=False) as connection:
        found, is_whole = list_diversions_in_circles(connection, true(), "e164.arpa", most=2)
    assert [row["username"] for row in found] == ["self", "alice"]
    assert not is_whole


def test_the_ways_of_many_diversions_are_read_together(diverted: Platform) -> None:
    with counted(diverted.server.engine) as statements:
        circles(diverted)
    few = len(statements)
    divert(diverted, "frank", FBUS="eve", FNOA="eve", FUNV="eve")
    with counted(diverted.server.engine) as statements:
        circles(diverted)
    assert len(statements) == few


def add_contact(platform: Platform, username: str, uri: str) -> None:
    platform.call("Sip", "addPhonebookEntry", sipId=sip_id(username), entry={"uri": uri})


def owners(platform: Platform, username: str, auth: Any = None) -> list[str]:
    found = platform.call("Watch", "getContactsTo", auth, sipId=sip_id(username))
    return [one["sipId"]["username"] for one in found.get("contacts") or ()]


def test_contacts_to_an_address_are_those_of_others_that_the_caller_may_see(diverted: Platform) -> None:
    add_contact(diverted, "bob", f"alice@{DOMAIN}")
    add_contact(diverted, "carol", f"sip:alice@{DOMAIN}")
    add_contact(diverted, "alice", f"alice@{DOMAIN}")
    add_contact(diverted, "dave", "alice@else.example")
    assert owners(diverted, "alice") == owners(diverted, "alice", diverted.customer.auth) == ["bob", "carol"]
    assert owners(diverted, "alice", diverted.rival.auth) == []


def test_contacts_without_an_account_are_names_in_the_domains_of_the_customer(diverted: Platform) -> None:
    diverted.add_domain("rival.example", diverted.stranger)
    gone = [f"gone@{DOMAIN}", f"sip:lost@{DOMAIN}"]
    uris = [f"alice@{DOMAIN}", f"in@{DOMAIN}", f"+31201234567@{DOMAIN}", f"*97@{DOMAIN}", f"gone%@{DOMAIN}"]
    uris += ["gone@else.example", "gone@rival.example", "+31201234567", *gone]
    for uri in uris:
        add_contact(diverted, "bob", uri)
    asked = [*uris, f"never@{DOMAIN}"]
    found = diverted.call("Watch", "getMissingContacts", sipId=sip_id("bob"), uris=asked)
    assert found == gone
    with refused(FaultCode.ACCOUNT_MISSING):
        diverted.call("Watch", "getMissingContacts", diverted.rival.auth, sipId=sip_id("bob"), uris=gone)
    with refused(FaultCode.VALUE_INVALID, "uris"):
        diverted.call("Watch", "getMissingContacts", sipId=sip_id("bob"), uris=["x"] * 1001)
