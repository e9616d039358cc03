"""The list of accounts by states that NGNPro has no filter for: online, not online, prepaid with little left."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings

from portal.ngnpro.records import SipId
from tests.support.calls import write_phone
from tests.support.pages import Page
from tests.support.portal import Platform

ADA, BERT, CLEO = "ada@example.com", "bert@example.com", "cleo@example.com"


@pytest.fixture(autouse=True)
def accounts(platform: Platform) -> None:
    """Add Ada with a phone online, Bert with 20 and Cleo with 4 left, both prepaid and without a phone."""
    platform.add_domain("example.com")
    platform.add_account(ADA)
    for address, balance in ((BERT, 20), (CLEO, 4)):
        platform.add_account(address, prepaid=True)
        platform.ngnpro.sip.add_balance(SipId.parse(address), balance)
    write_phone(platform, ADA, "Zoiper")


def found(browser: Client, query: str) -> list[str]:
    page = Page(browser.get(f"/accounts/?sort=username&{query}"))
    return [link.get("href").split("/")[2] for link in page.root.xpath("//tbody//th//a")]


@pytest.mark.parametrize(
    ("query", "addresses"),
    [
        ("state=online", [ADA]),
        ("state=offline", [BERT, CLEO]),
        ("state=low", [CLEO]),
        ("state=prepaid", [BERT, CLEO]),
        ("state=offline&account=be", [BERT]),
        ("state=online&account=be", []),
        ("state=offline&sort=-username", [CLEO, BERT]),
    ],
)
def test_accounts_are_found_by_what_ngnpro_has_no_filter_for(browser: Client, query: str, addresses: list[str]) -> None:
    assert found(browser, query) == addresses


def test_a_state_asks_about_all_accounts_with_two_calls(browser: Client, platform: Platform) -> None:
    browser.get("/accounts/")
    platform.forget_calls()
    browser.get("/accounts/?state=online")
    assert platform.calls[:2] == ["getAccounts", "getSipDeviceLocations"]
    assert platform.calls.count("getAccounts") == 1


def test_the_pages_of_a_state_hold_only_its_accounts(browser: Client, platform: Platform) -> None:
    for number in range(30):
        platform.add_account(f"phone-{number:02}@example.com")
    assert len(found(browser, "state=offline")) == 25
    assert len(found(browser, "state=offline&page=2")) == 7
    assert "32 accounts." in Page(browser.get("/accounts/?state=offline")).text


@override_settings(ACCOUNTS_LOOKED_AT=2)
def test_a_list_too_long_to_look_at_says_how_much_was_looked_at(browser: Client) -> None:
    page = Page(browser.get("/accounts/?sort=username&state=offline"))
    assert "the portal has looked at the first 2 accounts of 3 only" in page.text
    assert CLEO not in page.text
    assert "has looked at" not in Page(browser.get("/accounts/?state=low")).text


@override_settings(LOW_BALANCE=25)
def test_the_balance_that_is_little_is_a_setting(browser: Client) -> None:
    assert found(browser, "state=low") == [BERT, CLEO]


def test_the_spreadsheet_and_bulk_actions_are_about_the_accounts_in_the_state(
    browser: Client, platform: Platform
) -> None:
    sheet = b"".join(browser.get("/accounts/?state=online&as=csv").streaming_content).decode()
    assert ADA in sheet
    assert BERT not in sheet
    plan = {"list": "accounts:list", "action": "block", "query": "state=low", "all": "1"}
    text = Page(browser.post("/jobs/new/", plan, follow=True)).text
    assert CLEO in text
    assert ADA not in text
    assert BERT not in text


def test_an_outage_is_no_empty_list(browser: Client, platform: Platform) -> None:
    platform.break_off("getSipDeviceLocations")
    assert browser.get("/accounts/?state=online").status_code == 503
