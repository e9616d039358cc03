"""Who may open and change what happens to an account's incoming calls."""

from __future__ import annotations

from django.test import Client

from portal.ngnpro.records import SipId
from tests.support.pages import Page
from tests.support.portal import Platform

PAGE = "/accounts/ada@example.com/incoming/"
DISTURB, ADD, REMOVE = f"{PAGE}disturb/", f"{PAGE}reject/add/", f"{PAGE}reject/remove/"
ADA, BOB = SipId.parse("ada@example.com"), SipId.parse("bob@other.example")


def test_the_subscriber_changes_his_own_and_nobody_elses(people: dict[str, Client], world: Platform) -> None:
    browser = people["subscriber"]
    page = Page(browser.get(PAGE))
    data = page.form_data() | {"days_0": ["1"], "start_0": "09:00", "stop_0": "10:00", "groups_0": ["vip"]}
    assert browser.post(PAGE, data | {"rest": "nobody"}).status_code == 302
    assert browser.post(DISTURB, {"for": "hour"}).status_code == 302
    assert browser.post(ADD, {"caller": "spam@other.example"}).status_code == 302
    rules = world.ngnpro.sip.get_accept_rules(ADA).rules
    assert rules.persistent
    assert rules.temporary.groups == ("nobody",)
    assert world.ngnpro.sip.get_reject_members(ADA) == ("sip:spam@other.example",)
    for address in (PAGE, DISTURB, ADD, REMOVE):
        foreign = address.replace("ada@example.com", "bob@other.example")
        assert browser.post(foreign, data | {"for": "hour", "caller": "x@y.example"}).status_code == 404
    assert world.ngnpro.sip.get_reject_members(BOB) == ()


def test_who_only_looks_sees_the_page_and_sends_nothing(people: dict[str, Client], world: Platform) -> None:
    browser = people["read-only operator"]
    page = Page(browser.get(PAGE))
    assert page.response.status_code == 200
    for words in ("Save the week", "30 minutes", "Reject always"):
        assert words not in page.text
    for address in (PAGE, DISTURB, ADD, REMOVE):
        assert browser.post(address, {"for": "hour", "caller": "x@y.example"}).status_code == 403


def test_a_foreign_account_is_a_404(people: dict[str, Client]) -> None:
    browser = people["another reseller"]
    assert browser.get(PAGE).status_code == 404
    for address in (DISTURB, ADD, REMOVE):
        assert browser.post(address, {"for": "hour", "caller": "x@y.example"}).status_code == 404
