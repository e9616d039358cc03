"""Batches of vouchers: strong numbers, one export, blocks, and what became of a voucher."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from ngnpro_wire.codec import WireFault
from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.platform import Platform, refused
from tests.support.vouchers import insert_voucher

ALICE = {"username": "alice", "domain": "example.com"}
Auth = dict[str, Any]


@pytest.fixture
def platform(platform: Platform) -> Platform:
    """The platform with the prepaid account alice at example.com."""
    platform.add_domain()
    platform.add_account("alice", prepaid=1)
    return platform


def make(platform: Platform, auth: Auth | None = None, **batch: Any) -> Any:
    return platform.call("Watch", "addVoucherBatch", auth, batch={"name": "spring", "value": 25.0} | batch)


def export(platform: Platform, batch: Any, auth: Auth | None = None) -> Any:
    return platform.call("Watch", "exportVoucherBatch", auth, id=batch["id"])


def redeem(platform: Platform, card: Any) -> Any:
    given = {"id": card["id"], "number": card["secretNumber"]}
    return platform.call("Sip", "addBalanceFromVoucher", sipId=ALICE, card=given)


def find(platform: Platform, auth: Auth | None = None, **sought: Any) -> Any:
    return platform.call("Watch", "getVouchers", auth, **{"id": 0, "number": ""} | sought)


def listed(platform: Platform, auth: Auth | None = None, **query: Any) -> Any:
    return platform.call("Watch", "getVoucherBatches", auth, query=query)


def test_numbers_are_as_long_as_asked_begin_with_the_prefix_and_differ(platform: Platform) -> None:
    cards = export(platform, make(platform, prefix="777", digits=13, count=1200))
    numbers = [card["secretNumber"] for card in cards]
    assert len(set(numbers)) == 1200
    assert all(len(number) == 13 and number.startswith("777") for number in numbers)
    # each digit after the prefix takes all values; the chance that one of 1200 does not is below 10**-54
    assert all(len({number[place] for number in numbers}) == 10 for place in range(3, 13))
    # and they are not in an order from which others could be told
    assert numbers != sorted(numbers)


def test_numbers_are_exported_once(platform: Platform) -> None:
    batch = make(platform, count=2)
    assert batch["exported"] == ""
    assert [card["value"] for card in export(platform, batch)] == [25.0, 25.0]
    with refused(FaultCode.VOUCHERS_EXPORTED):
        export(platform, batch)
    assert listed(platform)["batches"][0]["exported"] != ""


def test_of_several_exports_at_the_same_time_one_gets_the_numbers(platform: Platform) -> None:
    batch, answers = make(platform), []

    def ask() -> None:
        try:
            answers.append(len(export(platform, batch)))
        except WireFault as fault:
            answers.append(fault.code)

    threads = [threading.Thread(target=ask) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [1, *[FaultCode.VOUCHERS_EXPORTED] * 3]


def test_used_vouchers_are_counted_and_found_without_their_number(platform: Platform) -> None:
    batch = make(platform, count=3)
    cards = export(platform, batch)
    redeem(platform, cards[1])
    assert [(one["count"], one["used"]) for one in listed(platform)["batches"]] == [(3, 1)]
    (found,) = find(platform, number=f" {cards[1]['secretNumber'][:4]} {cards[1]['secretNumber'][4:]} ")
    assert (found["id"], found["usedBy"], found["batchName"]) == (cards[1]["id"], "alice@example.com", "spring")
    assert found["usedDate"] != ""
    assert cards[1]["secretNumber"] not in str(found)
    assert find(platform, id=cards[0]["id"])[0]["usedBy"] == ""
    assert find(platform, id=cards[0]["id"], number=cards[1]["secretNumber"]) == []
    assert find(platform) == []


def test_a_blocked_batch_cannot_be_redeemed_until_it_is_unblocked(platform: Platform) -> None:
    batch = make(platform, count=2)
    cards = export(platform, batch)
    assert platform.call("Watch", "blockVoucherBatch", id=batch["id"], blocked=True)["blocked"] is True
    assert find(platform, id=cards[0]["id"])[0]["blocked"] is True
    with refused(FaultCode.VOUCHER_UNKNOWN):
        redeem(platform, cards[0])
    platform.call("Watch", "blockVoucherBatch", id=batch["id"], blocked=False)
    assert redeem(platform, cards[0])["new_balance"] == 25.0


@pytest.mark.parametrize(
    ("batch", "member"),
    [
        ({"name": " "}, "name"),
        ({"digits": 10}, "digits"),
        ({"digits": 16}, "digits"),
        ({"prefix": "12345", "digits": 14}, "prefix"),
        ({"prefix": "1a"}, "prefix"),
        ({"count": 0}, "count"),
        ({"count": 10_001}, "count"),
        ({"value": 0.0}, "value"),
        ({"value": -5.0}, "value"),
        ({"value": 10_001.0}, "value"),
        ({"reseller": 4711}, "reseller"),
    ],
)
def test_what_would_be_weak_or_worthless_is_refused(platform: Platform, batch: dict[str, Any], member: str) -> None:
    with refused(FaultCode.VALUE_INVALID, member):
        make(platform, **batch)
    assert listed(platform)["total"] == 0


def test_names_are_unique_for_each_reseller(platform: Platform) -> None:
    make(platform)
    with refused(FaultCode.VOUCHER_BATCH_EXISTS):
        make(platform, name="SPRING")
    make(platform, reseller=platform.rival.id)
    assert listed(platform)["total"] == 2
    found = listed(platform, filter={"name": "spr%", "reseller": platform.rival.id})
    assert [one["reseller"] for one in found["batches"]] == [platform.rival.id]


def test_resellers_who_may_change_balances_have_vouchers_of_their_own(platform: Platform) -> None:
    foreign = insert_voucher(platform.server, "12345678901234", reseller=platform.rival.id)
    auth = platform.reseller.auth
    with refused(FaultCode.NOT_PERMITTED):
        make(platform, auth)
    platform.grant(platform.reseller, prepaid_changes=1)
    batch = make(platform, auth, reseller=platform.rival.id)
    assert batch["reseller"] == platform.reseller.id
    assert [one["id"] for one in listed(platform, auth)["batches"]] == [batch["id"]]
    assert find(platform, auth, id=foreign) == find(platform, auth, number="12345678901234") == []
    assert redeem(platform, export(platform, batch, auth)[0])["new_balance"] == 25.0
