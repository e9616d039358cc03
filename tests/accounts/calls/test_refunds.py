"""Refunds of entries of the credit history: once, with a reason, in the journal."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.accounts.calls.refunds import mark_of_entry
from portal.ngnpro.records import SipId
from tests.support.journal import latest
from tests.support.pages import Page
from tests.support.portal import Platform

ADA = "ada@example.com"
SIP_ID = SipId.parse(ADA)
URL = f"/accounts/{ADA}/credit/"


@pytest.fixture
def ada(platform: Platform) -> Platform:
    """A prepaid account that was given 20 and then charged 5."""
    platform.add_domain()
    platform.add_account(ADA, prepaid=True)
    platform.ngnpro.sip.add_balance(SIP_ID, 20, "cash")
    platform.ngnpro.sip.add_balance(SIP_ID, -5, "fee")
    return platform


def balance(platform: Platform) -> float:
    return platform.ngnpro.sip.get_prepaid_status([SIP_ID])[0].balance


def page_of(platform: Platform, description: str) -> str:
    entries = platform.ngnpro.sip.get_credit_history(SIP_ID).entries
    return f"{URL}refund/{mark_of_entry(next(one for one in entries if one.description == description))}/"


def refund(browser: Client, url: str, **typed: str) -> Page:
    data = Page(browser.get(url)).form_data()
    return Page(browser.post(url, {**data, "reason": "paid twice", **typed}, follow=True))


@pytest.mark.parametrize(("description", "after"), [("cash", -5), ("fee", 20)])
def test_an_entry_is_taken_back_once_with_a_reason(
    ada: Platform, browser: Client, description: str, after: float
) -> None:
    url = page_of(ada, description)
    assert "The balance was" in refund(browser, url).text
    assert balance(ada) == after
    newest = ada.ngnpro.sip.get_credit_history(SIP_ID).entries[0]
    assert newest.description.endswith(": paid twice")
    assert latest().operation == "addBalance"
    assert "refunded" in Page(browser.get(URL)).text
    assert "was refunded already" in refund(browser, url).text
    assert balance(ada) == after


def test_a_refund_needs_a_reason_and_the_balance_that_was_shown(ada: Platform, browser: Client) -> None:
    url = page_of(ada, "cash")
    assert refund(browser, url, reason="").error_of("reason")
    assert "The balance has changed" in refund(browser, url, opened="1.0000").text
    assert balance(ada) == 15


def test_refunds_and_unknown_entries_are_not_refunded(ada: Platform, browser: Client) -> None:
    refund(browser, page_of(ada, "cash"))
    newest = ada.ngnpro.sip.get_credit_history(SIP_ID).entries[0]
    assert refund(browser, f"{URL}refund/{mark_of_entry(newest)}/").text
    assert balance(ada) == -5
    assert browser.get(f"{URL}refund/0000000000/").status_code == 404
