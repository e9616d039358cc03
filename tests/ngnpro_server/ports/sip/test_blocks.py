"""Blocked accounts: the server records who blocked an account, and callers of a lower level cannot unblock it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from ngnpro_server.platform.install import downgrade_platform, upgrade_platform
from ngnpro_server.store.schema import sip_accounts
from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.platform import Platform, refused
from tests.support.server import Auth

SIP_ID = {"username": "alice", "domain": "example.com"}
LEVELS = {"customer": 1, "reseller": 2, "operator": 3}


def auth(platform: Platform, who: str) -> Auth | None:
    return None if who == "operator" else getattr(platform, who).auth


def by_adding(platform: Platform, who: str) -> None:
    platform.call("Sip", "deleteAccount", sipId=SIP_ID)
    account = {"id": SIP_ID, "password": "secret", "groups": ["blocked"]}
    platform.call("Sip", "addAccount", auth(platform, who), account=account)


def by_update(platform: Platform, who: str) -> None:
    platform.call("Sip", "updateAccount", auth(platform, who), account={"id": SIP_ID, "groups": ["blocked"]})


def by_group(platform: Platform, who: str) -> None:
    platform.call("Sip", "addToGroup", auth(platform, who), sipId=SIP_ID, group="Blocked")


WAYS: list[Callable[[Platform, str], None]] = [by_adding, by_update, by_group]


@pytest.fixture
def alice(platform: Platform) -> Platform:
    platform.add_domain()
    platform.add_account()
    return platform


def properties(platform: Platform) -> dict[str, str]:
    return {entry["name"]: entry["value"] for entry in platform.account()["properties"]}


def level(platform: Platform) -> int:
    with platform.server.engine.connect() as connection:
        return int(connection.execute(select(sip_accounts.c.blocked_level)).scalar_one())


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("who", LEVELS)
@pytest.mark.parametrize("block", WAYS)
def test_every_call_that_blocks_records_who_blocked(
    alice: Platform, block: Callable[[Platform, str], None], who: str
) -> None:
    block(alice, who)
    assert properties(alice)["blocked_by"] == ("customer" if who == "customer" else "reseller")
    assert level(alice) == LEVELS[who]


def undoing(alice: Platform) -> dict[str, Callable[[Auth | None], Any]]:
    def changed(**members: Any) -> Callable[[Auth | None], Any]:
        return lambda login: alice.call("Sip", "updateAccount", login, account={"id": SIP_ID} | members)

    return {
        "taken out of the group": lambda login: alice.call(
            "Sip", "removeFromGroup", login, sipId=SIP_ID, group="blocked"
        ),
        "updated without the group": changed(groups=[]),
        "noted as the customer's": changed(properties=[{"name": "blocked_by", "value": "customer"}]),
        "noted as no one's": changed(properties=[]),
        "deleted": lambda login: alice.call("Sip", "deleteAccount", login, sipId=SIP_ID),
        "deleted with its domain": lambda login: alice.call("Sip", "deleteDomain", login, domain="example.com"),
    }


HOW = (
    *("taken out of the group", "updated without the group", "noted as the customer's", "noted as no one's"),
    *("deleted", "deleted with its domain"),
)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize(
    ("blocker", "below"), [("reseller", "customer"), ("operator", "customer"), ("operator", "reseller")]
)
def test_a_lower_level_cannot_undo_a_block(alice: Platform, blocker: str, below: str, how: str) -> None:
    if how == "noted as no one's" and below == "reseller":
        how = "deleted"  # a reseller who omits the note changes nothing: see the next test
    by_group(alice, blocker)
    before = alice.account()
    with refused(FaultCode.NOT_PERMITTED) as caught:
        undoing(alice)[how](auth(alice, below))
    assert f"The {blocker} blocked this account" in caught.value.text
    assert alice.account() == before


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("who", LEVELS)
@pytest.mark.parametrize("how", ["taken out of the group", "updated without the group", "deleted"])
def test_a_block_is_lifted_by_the_level_that_set_it(alice: Platform, who: str, how: str) -> None:
    by_group(alice, who)
    undoing(alice)[how](auth(alice, who))
    if how != "deleted":
        assert (properties(alice), alice.account()["groups"], level(alice)) == ({}, [], 0)


def test_the_note_stays_while_others_are_changed(alice: Platform) -> None:
    by_group(alice, "reseller")
    record = {"id": SIP_ID, "properties": [{"name": "language", "value": "nl"}]}
    alice.call("Sip", "updateAccount", alice.reseller.auth, account=record)
    assert properties(alice) == {"language": "nl", "blocked_by": "reseller", "blocked_by_operator": "0"}
    alice.call("Sip", "updateAccount", alice.customer.auth, account=alice.account() | {"lastName": "King"})
    assert (properties(alice)["blocked_by"], level(alice)) == ("reseller", 2)


def test_a_higher_level_takes_a_block_over_or_leaves_it_to_the_customer(alice: Platform) -> None:
    by_group(alice, "customer")
    for value, expected in (("reseller", 2), ("customer", 1)):
        record = {"id": SIP_ID, "properties": [{"name": "blocked_by", "value": value}]}
        alice.call("Sip", "updateAccount", alice.reseller.auth, account=record)
        assert (properties(alice)["blocked_by"], level(alice)) == (value, expected)


def test_a_moved_account_stays_blocked(alice: Platform) -> None:
    by_group(alice, "reseller")
    alice.call("Sip", "updateDomain", domain={"domain": "example.com", "customer": alice.sibling.id})
    with refused(FaultCode.NOT_PERMITTED):
        undoing(alice)["taken out of the group"](alice.sibling.auth)


def test_a_note_without_a_block_is_not_kept(alice: Platform) -> None:
    record = {"id": SIP_ID, "properties": [{"name": "blocked_by", "value": "customer"}]}
    alice.call("Sip", "updateAccount", alice.customer.auth, account=record)
    assert properties(alice) == {}


@pytest.mark.databases("sqlite")
def test_blocks_that_were_there_before_are_the_resellers_unless_noted_otherwise(alice: Platform) -> None:
    by_group(alice, "customer")
    alice.add_account("bob", groups=["blocked"])
    alice.add_account("carl")
    downgrade_platform(alice.server.engine, "0003")
    with alice.server.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM account_properties WHERE value = 'reseller'")
    upgrade_platform(alice.server.engine)
    with alice.server.engine.connect() as connection:
        rows = connection.execute(select(sip_accounts.c.username, sip_accounts.c.blocked_level)).all()
    assert {tuple(row) for row in rows} == {("alice", 1), ("bob", 2), ("carl", 0)}
    assert alice.account("bob")["properties"] == [
        {"name": "blocked_by", "value": "reseller"},
        {"name": "blocked_by_operator", "value": "0"},
    ]
    assert properties(alice) == {"blocked_by": "customer"}
