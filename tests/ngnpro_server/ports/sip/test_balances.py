"""Prepaid balances, vouchers and their history."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import update

from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import prepaid_cards
from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.platform import Platform, refused
from tests.support.vouchers import insert_voucher

ALICE = {"username": "alice", "domain": "example.com"}
BOB = {"username": "bob", "domain": "example.com"}
NUMBER = "12345678901234"
Auth = dict[str, Any]


@pytest.fixture
def platform(platform: Platform) -> Platform:
    """The platform with the accounts alice and bob at example.com."""
    platform.add_domain()
    platform.add_account("alice", prepaid=1)
    platform.add_account("bob")
    return platform


def add(platform: Platform, value: float, auth: Auth | None = None, description: str = "cash") -> Any:
    return platform.call("Sip", "addBalance", auth, sipId=ALICE, value=value, description=description)


def make_card(platform: Platform, reseller_id: int = 0, batch: str = "test") -> int:
    return insert_voucher(platform.server, NUMBER, reseller=reseller_id, batch=batch)


def redeem(platform: Platform, card_id: int, number: str = NUMBER, auth: Auth | None = None, **kw: Any) -> Any:
    card = {"id": card_id, "number": number}
    return platform.call("Sip", "addBalanceFromVoucher", auth, sipId=kw.get("sip_id", ALICE), card=card)


def test_amounts_are_added_exactly_and_taken_away(platform: Platform) -> None:
    assert add(platform, 0.1) == {"old_balance": 0.0, "new_balance": 0.1}
    for _ in range(9):
        changed = add(platform, 0.1)
    assert changed["new_balance"] == 1.0
    assert add(platform, -3.25)["new_balance"] == -2.25
    status = platform.call("Sip", "getPrepaidStatus", sipIds=[BOB, ALICE])
    assert status == [{"balance": 0.0}, {"balance": -2.25}]


def test_history_is_newest_first_and_no_longer_than_asked(platform: Platform) -> None:
    for value in (5.0, -1.0, 2.5):
        add(platform, value, description=f"by {value}")
    entries = platform.call("Sip", "getCreditHistory", sipId=ALICE, count=2)["entries"]
    assert [(e["value"], e["balance"], e["description"]) for e in entries] == [
        (2.5, 6.5, "by 2.5"),
        (-1.0, 4.0, "by -1.0"),
    ]
    assert entries[0]["action"] == "Add balance"
    assert len(platform.call("Sip", "getCreditHistory", sipId=ALICE, count=0)["entries"]) == 3


def test_no_amount_too_large_an_amount_and_too_long_a_text_are_refused(platform: Platform) -> None:
    for value in (0.0, 0.00001, 1_000_001.0, -1_000_001.0):
        with refused(FaultCode.VALUE_INVALID, "value"):
            add(platform, value)
    with refused(FaultCode.REQUEST_MALFORMED):
        platform.call("Sip", "addBalance", sipId=ALICE)
    with refused(FaultCode.VALUE_INVALID, "description"):
        add(platform, 1.0, description="x" * 256)
    with refused(FaultCode.VALUE_INVALID, "count"):
        platform.call("Sip", "getCreditHistory", sipId=ALICE, count=5001)
    with refused(FaultCode.VALUE_INVALID, "sipIds"):
        platform.call("Sip", "getPrepaidStatus", sipIds=[ALICE] * 1001)


def test_changing_a_balance_needs_the_permission_prepaid_changes(platform: Platform) -> None:
    for party in (platform.customer, platform.reseller):
        with refused(FaultCode.NOT_PERMITTED):
            add(platform, 1.0, party.auth)
    platform.grant(platform.reseller, prepaid_changes=1)
    platform.grant(platform.customer, prepaid_changes=1)
    assert add(platform, 1.0, platform.customer.auth)["new_balance"] == 1.0


def test_a_voucher_can_be_redeemed_once_by_anyone_with_its_number(platform: Platform) -> None:
    card = make_card(platform)
    for wrong in ((card, "1"), (card + 1, NUMBER), (card, "")):
        with refused(FaultCode.VOUCHER_UNKNOWN):
            redeem(platform, *wrong)
    assert redeem(platform, card, auth=platform.customer.auth) == {"old_balance": 0.0, "new_balance": 25.0}
    for sip_id in (ALICE, BOB):
        with refused(FaultCode.VOUCHER_UNKNOWN):
            redeem(platform, card, sip_id=sip_id)
    entry = platform.call("Sip", "getCreditHistory", sipId=ALICE)["entries"][0]
    assert (entry["value"], entry["description"]) == (25.0, f"Voucher {card}")


def test_a_foreign_or_blocked_voucher_is_refused(platform: Platform) -> None:
    foreign = make_card(platform, reseller_id=platform.rival.id)
    with refused(FaultCode.VOUCHER_UNKNOWN):
        redeem(platform, foreign)
    own = make_card(platform, reseller_id=platform.reseller.id)
    with transaction(platform.server.engine, write=True) as connection:
        connection.execute(update(prepaid_cards).where(prepaid_cards.c.id == own).values(blocked=True))
    with refused(FaultCode.VOUCHER_UNKNOWN):
        redeem(platform, own)


def test_movements_at_the_same_time_follow_one_another(platform: Platform) -> None:
    threads = [threading.Thread(target=add, args=(platform, 1.0)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert platform.call("Sip", "getPrepaidStatus", sipIds=[ALICE]) == [{"balance": 6.0}]
    balances = [e["balance"] for e in platform.call("Sip", "getCreditHistory", sipId=ALICE)["entries"]]
    assert balances == [6.0, 5.0, 4.0, 3.0, 2.0, 1.0]


def test_the_balance_of_a_foreign_account_is_not_available(platform: Platform) -> None:
    for operation, arguments in (
        ("addBalance", {"sipId": ALICE, "value": 1.0}),
        ("addBalanceFromVoucher", {"sipId": ALICE, "card": {"id": 1, "number": NUMBER}}),
        ("getPrepaidStatus", {"sipIds": [ALICE]}),
        ("getCreditHistory", {"sipId": ALICE}),
    ):
        with refused(FaultCode.ACCOUNT_MISSING):
            platform.call("Sip", operation, platform.stranger.auth, **arguments)
