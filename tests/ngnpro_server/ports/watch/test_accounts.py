"""getFoundAccounts: accounts by the address of a phone and by a redeemed voucher, on all databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ngnpro_server.call import utc_now
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema.proxy import location
from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.platform import Platform, refused
from tests.support.vouchers import insert_voucher


def find(platform: Platform, sign: str, auth: dict[str, Any] | None = None) -> list[tuple[str, Any]]:
    found = platform.call("Watch", "getFoundAccounts", auth, sign=sign) or ()
    return [(one["sipId"]["username"], one.get("userAgent") or one.get("voucher")) for one in found]


def register(platform: Platform, username: str, contact: str, received: str | None, minutes: int) -> None:
    now = utc_now()
    row = {"ruid": f"{username}{contact}", "username": username, "domain": "example.com", "contact": contact}
    row |= {"received": received, "user_agent": "Snom", "expires": now + timedelta(minutes=minutes)}
    with transaction(platform.server.proxy, write=True) as connection:
        connection.execute(location.insert().values(**row, last_modified=now))


@pytest.fixture
def platform(platform: Platform) -> Platform:
    platform.add_domain()
    for username in ("alice", "bob", "carol"):
        platform.add_account(username)
    register(platform, "alice", "sip:alice@192.0.2.10:5060", "sip:198.51.100.7:40000", 5)
    register(platform, "bob", "sip:bob@192.0.2.100:5060", None, 5)
    register(platform, "carol", "sip:carol@[2001:db8::7]:5060", None, -5)
    return platform


def test_phones_are_found_by_the_whole_address_that_they_tell_or_that_the_proxy_sees(platform: Platform) -> None:
    assert find(platform, "198.51.100.7") == find(platform, " 192.0.2.10 ") == [("alice", "Snom")]
    assert find(platform, "192.0.2.1") == find(platform, "198.51.100.70") == []
    assert find(platform, "2001:db8::7") == []  # its registration has expired
    register(platform, "carol", "sip:carol@[2001:db8::7]:5061", None, 5)
    assert find(platform, "2001:0db8:0::7") == [("carol", "Snom")]


def test_only_accounts_that_the_caller_may_see_are_found(platform: Platform) -> None:
    assert find(platform, "192.0.2.10", platform.customer.auth) == [("alice", "Snom")]
    assert find(platform, "192.0.2.10", platform.rival.auth) == []


def test_an_account_is_found_by_the_voucher_that_was_redeemed_for_it(platform: Platform) -> None:
    card, number = insert_voucher(platform.server, "12345678901234"), "12345678901234"
    assert find(platform, str(card)) == []
    platform.call("Sip", "updateAccount", account={"id": {"username": "bob", "domain": "example.com"}, "prepaid": 1})
    sip_id = {"username": "bob", "domain": "example.com"}
    platform.call("Sip", "addBalanceFromVoucher", sipId=sip_id, card={"id": card, "number": number})
    assert find(platform, str(card)) == [("bob", card)]
    assert find(platform, str(card), platform.rival.auth) == []


@pytest.mark.parametrize("sign", ["", "alice", "192.0.2", "1234567890"])
def test_a_text_that_is_no_address_and_no_serial_number_is_refused(platform: Platform, sign: str) -> None:
    with refused(FaultCode.VALUE_INVALID, "sign"):
        platform.call("Watch", "getFoundAccounts", sign=sign)
