"""A page whose change takes several calls says what is stored and what is not, and offers to finish or to undo."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from portal.ngnpro.records import CallDiversions, SipAccountProperty, SipId
from tests.support.pages import Page
from tests.support.portal import Platform

PAGE = "/accounts/ada@example.com/diversions/"
ADA = SipId.parse("ada@example.com")


@pytest.fixture(autouse=True)
def _account(platform: Platform) -> None:
    platform.add_domain("example.com")
    mobile = SipAccountProperty(name="mobile_number", value="+31612345678")
    platform.add_account("ada@example.com", groups=("free-pstn",), properties=(mobile,))


@pytest.fixture
def typed(browser: Client) -> dict[str, Any]:
    """Return a change of the timeout, which is stored with the account, and of a target, which is a second call."""
    return Page(browser.get(PAGE)).form_data() | {"timeout": "20", "fbus": "mobile"}


def test_an_outage_of_the_second_call_names_what_is_stored(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    platform.break_off("setCallDiversions")
    answer = browser.post(PAGE, typed)
    platform.mend()
    page = Page(answer)
    assert answer.status_code == 503
    assert "Only a part of the change is stored." in page.text
    assert "the rest is not stored" in page.text
    assert "Nothing was saved" not in page.text
    assert platform.account().timeout == 20
    assert page.value_of("fbus") == "mobile"


def test_the_form_sent_again_stores_the_rest(browser: Client, platform: Platform, typed: dict[str, Any]) -> None:
    platform.break_off("setCallDiversions")
    page = Page(browser.post(PAGE, typed))
    platform.mend()
    answer = browser.post(PAGE, page.form_data())
    assert answer.status_code == 302, Page(answer).text
    assert platform.ngnpro.sip.get_call_diversions(ADA).fbus == "sip:+31612345678@example.com"
    assert platform.account().timeout == 20


def test_the_stored_part_of_a_change_can_be_undone(browser: Client, platform: Platform, typed: dict[str, Any]) -> None:
    platform.break_off("setCallDiversions")
    page = Page(browser.post(PAGE, typed))
    platform.mend()
    (undo,) = [link for link in page.root.xpath("//a/@href") if re.fullmatch(r"/journal/\d+/undo/", link)]
    assert browser.get(undo).status_code == 200
    assert browser.post(undo).status_code == 302
    assert platform.account().timeout == 35


def test_a_refusal_of_the_second_call_names_what_is_stored(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    platform.refuse("setCallDiversions")
    answer = browser.post(PAGE, typed)
    page = Page(answer)
    assert answer.status_code == 422
    assert "Only a part of the change is stored." in page.text
    assert "Nothing was saved" not in page.text
    assert platform.account().timeout == 20


def test_a_failure_of_the_first_call_still_says_that_nothing_was_saved(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    platform.break_off("updateAccount")
    page = Page(browser.post(PAGE, typed))
    platform.mend()
    assert "Nothing was saved" in page.text
    assert "Only a part of the change" not in page.text
    assert platform.ngnpro.sip.get_call_diversions(ADA) == CallDiversions()
    assert platform.account().timeout == 35
