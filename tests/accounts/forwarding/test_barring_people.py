"""Who may see and change which numbers an account may not call."""

from __future__ import annotations

from django.test import Client

from portal.ngnpro.records import SipId
from tests.support.pages import Page
from tests.support.portal import Platform

PAGE = "/accounts/ada@example.com/barring/"
ADA, BOB = SipId.parse("ada@example.com"), SipId.parse("bob@other.example")


def test_the_subscriber_changes_his_own_and_nobody_elses(people: dict[str, Client], world: Platform) -> None:
    browser = people["subscriber"]
    data = Page(browser.get(PAGE)).form_data() | {"prefixes": "+49900"}
    assert browser.post(PAGE, data).status_code == 302
    assert world.ngnpro.sip.get_barring_prefixes(ADA) == ("+49900",)
    foreign = "/accounts/bob@other.example/barring/"
    assert browser.get(foreign).status_code == 404
    assert browser.post(foreign, data).status_code == 404
    assert world.ngnpro.sip.get_barring_prefixes(BOB) == ()


def test_who_only_looks_sees_the_page_and_sends_nothing(people: dict[str, Client], world: Platform) -> None:
    browser = people["read-only operator"]
    page = Page(browser.get(PAGE))
    assert page.response.status_code == 200
    assert "Save barring" not in page.text
    assert browser.post(PAGE, {"prefixes": "+49900"}).status_code == 403
    assert world.ngnpro.sip.get_barring_prefixes(ADA) == ()


def test_a_foreign_account_is_a_404(people: dict[str, Client]) -> None:
    assert people["another reseller"].get(PAGE).status_code == 404
