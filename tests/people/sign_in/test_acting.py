"""Acting as a reseller or customer."""

from __future__ import annotations

from django.test import Client

from portal.people import viewers
from tests.support.clock import Clock
from tests.support.pages import Page
from tests.support.portal import Platform, signed_in


def customer_id(world: Platform, username: str) -> int:
    found = world.ngnpro.customers.find_account(username)
    assert found is not None
    return found.id


def listed(browser: Client) -> set[str]:
    return {row[0] for row in Page(browser.get("/domains/")).rows()}


def test_an_operator_who_acts_sees_what_the_customer_sees_and_a_bar_says_so(browser: Client, world: Platform) -> None:
    assert listed(browser) == {"example.com", "other.example"}
    assert browser.post("/session/act/", {"customer": "Harbour"}).headers["Location"] == "/"
    assert listed(browser) == {"example.com"}
    page = browser.get("/domains/").content.decode()
    assert "Acting for <strong>Harbour</strong>" in page
    assert "has-acting" in page
    assert browser.get("/domains/other.example/").status_code == 404
    assert browser.get("/mail/folder/").status_code == 404
    browser.post("/session/act/stop/")
    assert listed(browser) == {"example.com", "other.example"}


def test_acting_is_read_only_until_changes_are_allowed(browser: Client, world: Platform) -> None:
    browser.post("/session/act/", {"customer": "Harbour"})
    refused = browser.post("/domains/add/", {"domain": "new.example"})
    assert refused.status_code == 403
    assert "Allow changes" in Page(refused).text
    answer = browser.post("/session/act/change/", {"next": "/domains/add/"})
    assert answer.headers["Location"] == "/domains/add/"
    assert browser.post("/domains/add/", {"domain": "new.example"}).status_code == 302
    added = world.ngnpro.sip.find_domain("new.example")
    assert added is not None
    assert added.customer == customer_id(world, "harbour")


def test_acting_ends_by_itself_after_half_an_hour(browser: Client, world: Platform, clock: Clock) -> None:
    browser.post("/session/act/", {"customer": "Harbour"})
    clock.advance(viewers.ACTING_SECONDS + 1)
    assert listed(browser) == {"example.com", "other.example"}
    assert "has-acting" not in browser.get("/domains/").content.decode()


def test_a_reseller_acts_for_their_customer_with_the_customers_own_login(world: Platform) -> None:
    browser = signed_in("meridian", "secret-of-customer")
    browser.post("/session/act/", {"customer": "Harbour"})
    page = browser.get("/accounts/").content.decode()
    assert "Acting for <strong>Harbour</strong>" in page
    session = str(dict(browser.session.items()))
    assert "secret-of-customer" not in session


def test_a_reseller_cannot_act_for_a_foreign_customer(world: Platform) -> None:
    browser = signed_in("meridian", "secret-of-customer")
    answer = browser.post("/session/act/", {"customer": str(customer_id(world, "oakline"))})
    assert answer.status_code == 422
    assert "does not exist" in Page(answer).text
    assert listed(browser) == {"example.com"}


def test_an_operator_limited_to_one_reseller_sees_only_that_tree(browser: Client, world: Platform, operator) -> None:  # type: ignore[no-untyped-def]
    operator.tree = customer_id(world, "meridian")
    operator.save()
    assert listed(browser) == {"example.com"}
    assert browser.get("/mail/folder/").status_code == 404
    assert browser.get("/domains/other.example/").status_code == 404
