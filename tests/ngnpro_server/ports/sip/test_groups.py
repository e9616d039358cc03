"""Groups of one account."""

from __future__ import annotations

from typing import Any

import pytest

from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.platform import Platform, refused

ALICE = {"username": "alice", "domain": "example.com"}


@pytest.fixture
def platform(platform: Platform) -> Platform:
    """The platform with the account alice@example.com."""
    platform.add_domain()
    platform.add_account()
    return platform


def add(platform: Platform, group: str, auth: dict[str, Any] | None = None) -> None:
    assert platform.call("Sip", "addToGroup", auth, sipId=ALICE, group=group) is None


def remove(platform: Platform, group: str, auth: dict[str, Any] | None = None) -> None:
    assert platform.call("Sip", "removeFromGroup", auth, sipId=ALICE, group=group) is None


def test_an_account_joins_and_leaves_a_group(platform: Platform) -> None:
    add(platform, "Free-PSTN")
    add(platform, "anonymous")
    assert platform.call("Sip", "getGroups", sipId=ALICE) == ["anonymous", "free-pstn"]
    assert platform.account()["groups"] == ["anonymous", "free-pstn"]
    remove(platform, "free-pstn")
    assert platform.call("Sip", "getGroups", sipId=ALICE) == ["anonymous"]


def test_joining_a_group_twice_and_leaving_an_unjoined_one_are_refused(platform: Platform) -> None:
    add(platform, "quota")
    with refused(FaultCode.GROUP_HELD):
        add(platform, "QUOTA")
    remove(platform, "quota")
    with refused(FaultCode.GROUP_NOT_HELD):
        remove(platform, "quota")


def test_the_group_prepaid_is_the_flag(platform: Platform) -> None:
    add(platform, "prepaid")
    assert platform.account()["prepaid"] == 1
    remove(platform, "prepaid")
    assert platform.account()["prepaid"] == 0


def test_a_customer_adds_and_removes_only_permitted_groups(platform: Platform) -> None:
    auth = platform.customer.auth
    add(platform, "anonymous", auth)
    remove(platform, "anonymous", auth)
    for group in ("free-pstn", "prepaid", "sms", "quota", "trunking"):
        with refused(FaultCode.NOT_PERMITTED):
            add(platform, group, auth)
    platform.grant(platform.reseller, pstn_changes=1)
    platform.grant(platform.customer, pstn_changes=1)
    add(platform, "free-pstn", auth)


def test_a_group_without_a_name_is_refused(platform: Platform) -> None:
    for group in ("", "two words", "x" * 65):
        with refused(FaultCode.VALUE_INVALID, "group"):
            add(platform, group)


def test_the_groups_of_a_foreign_account_cannot_be_read_or_changed(platform: Platform) -> None:
    for operation, arguments in (
        ("addToGroup", {"group": "anonymous"}),
        ("removeFromGroup", {"group": "anonymous"}),
        ("getGroups", {}),
    ):
        with refused(FaultCode.ACCOUNT_MISSING):
            platform.call("Sip", operation, platform.stranger.auth, sipId=ALICE, **arguments)
