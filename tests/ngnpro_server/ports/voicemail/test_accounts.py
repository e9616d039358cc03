"""Mailboxes of SIP accounts."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from ngnpro_server.store.schema import mailboxes
from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.invalid_values import InvalidValueCases
from tests.support.platform import Platform, refused

ALICE = {"username": "alice", "domain": "example.com"}
Auth = dict[str, Any]


@pytest.fixture
def platform(platform: Platform) -> Platform:
    """The platform with the accounts alice and bob at example.com."""
    platform.add_domain()
    platform.add_account("alice")
    platform.add_account("bob")
    return platform


def add(platform: Platform, auth: Auth | None = None, **members: Any) -> Any:
    record = {"sipId": ALICE, "name": "Alice", "password": "123456", "email": "alice@example.com"} | members
    return platform.call("Voicemail", "addAccount", auth, account=record)


def get(platform: Platform, auth: Auth | None = None) -> Any:
    return platform.call("Voicemail", "getAccount", auth, sipId=ALICE)


def divert(platform: Platform, **targets: str) -> None:
    platform.call("Sip", "setCallDiversions", sipId=ALICE, diversions=targets)


def test_a_mailbox_is_added_read_changed_and_deleted(platform: Platform) -> None:
    added = add(platform)
    assert added["sipId"] == ALICE
    assert {name: added[name] for name in ("name", "password", "email", "options")} == {
        "name": "Alice",
        "password": "123456",
        "email": "alice@example.com",
        "options": {"delete": 1},
    }
    assert added["mailbox"].isdecimal()
    changed = platform.call("Voicemail", "updateAccount", account={"sipId": ALICE, "options": {"delete": 0}})
    assert changed == added | {"options": {"delete": 0}} == get(platform)
    kept = platform.call("Voicemail", "updateAccount", account=changed | {"password": "", "mailbox": "7"})
    assert kept == changed
    assert platform.call("Voicemail", "deleteAccount", sipId=ALICE) is None
    for operation, arguments in (
        ("getAccount", {"sipId": ALICE}),
        ("deleteAccount", {"sipId": ALICE}),
        ("updateAccount", {"account": {"sipId": ALICE}}),
        ("setAnnouncement", {"sipId": ALICE, "message": b"x"}),
    ):
        with refused(FaultCode.MAILBOX_MISSING):
            platform.call("Voicemail", operation, **arguments)


def test_an_account_has_one_mailbox_and_each_its_own_number(platform: Platform) -> None:
    first = add(platform)
    second = add(platform, sipId={"username": "bob", "domain": "example.com"})
    assert first["mailbox"] != second["mailbox"]
    with refused(FaultCode.MAILBOX_EXISTS):
        add(platform)


def test_the_group_voicemail_keeps_step(platform: Platform) -> None:
    platform.call("Sip", "addToGroup", sipId=ALICE, group="anonymous")
    add(platform)
    assert platform.account()["groups"] == ["anonymous", "voicemail"]
    platform.call("Voicemail", "deleteAccount", sipId=ALICE)
    assert platform.account()["groups"] == ["anonymous"]


def test_without_a_pin_the_server_makes_one(platform: Platform) -> None:
    pin = add(platform, password="")["password"]
    assert len(pin) == 6
    assert set(pin) <= set("123456789")


class TestInvalidValues(InvalidValueCases):
    invalid = (
        ("password", {"password": "123"}),
        ("password", {"password": "12a456"}),
        ("password", {"password": "1" * 17}),
        ("email", {"email": "nobody"}),
        ("name", {"name": "x" * 129}),
    )

    def send(self, platform: Platform, given: Any) -> Any:
        return add(platform, **given)


def test_deleting_a_mailbox_removes_the_diversions_to_it_and_no_others(platform: Platform) -> None:
    platform.grant(platform.customer, voicemail_server="vm.example.com")
    mailbox = add(platform)["mailbox"]
    divert(
        platform,
        FBUS="<voice-mailbox>",
        FNOA=f"sip:{mailbox}@vm.example.com",
        FUNC=f"sip:{mailbox}@elsewhere.example",
        FNOL="sip:bob@example.com",
    )
    platform.call("Voicemail", "deleteAccount", sipId=ALICE)
    assert platform.call("Sip", "getCallDiversions", sipId=ALICE) == {
        "FUNC": f"sip:{mailbox}@elsewhere.example",
        "FNOL": "sip:bob@example.com",
    }


def test_an_announcement_is_stored_as_it_comes_and_removed_by_an_empty_one(platform: Platform) -> None:
    add(platform)
    for sent, stored in ((b"RIFF\x00\xff", b"RIFF\x00\xff"), (b"", None)):
        assert platform.call("Voicemail", "setAnnouncement", sipId=ALICE, message=sent) is None
        with platform.server.engine.connect() as connection:
            assert connection.execute(select(mailboxes.c.announcement)).scalar_one() == stored


def test_a_mailbox_goes_with_its_account(platform: Platform) -> None:
    add(platform)
    platform.call("Sip", "deleteAccount", sipId=ALICE)
    platform.add_account()
    with refused(FaultCode.MAILBOX_MISSING):
        get(platform)


def test_a_foreign_or_missing_account_has_no_mailbox(platform: Platform) -> None:
    add(platform)
    nobody = {"username": "nobody", "domain": "example.com"}
    for sip_id, auth in ((nobody, None), (ALICE, platform.stranger.auth), (ALICE, platform.sibling.auth)):
        for operation, arguments in (
            ("addAccount", {"account": {"sipId": sip_id}}),
            ("updateAccount", {"account": {"sipId": sip_id}}),
            ("deleteAccount", {"sipId": sip_id}),
            ("getAccount", {"sipId": sip_id}),
            ("setAnnouncement", {"sipId": sip_id, "message": b"x"}),
        ):
            with refused(FaultCode.ACCOUNT_MISSING):
                platform.call("Voicemail", operation, auth, **arguments)
    assert get(platform, platform.customer.auth)["name"] == "Alice"
