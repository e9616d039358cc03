"""The overview and the search across all records."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from tests.support.keys import self_signed
from tests.support.pages import Page
from tests.support.portal import Platform


def test_the_overview_counts_and_shows_what_changed_last(browser: Client, world: Platform) -> None:
    browser.get("/")
    world.forget_calls()
    page = Page(browser.get("/"))
    assert "ada@example.com" in page.text
    assert "other.example" in page.text
    assert sorted(set(world.calls)) == ["getAccounts", "getAlarms", "getDomains"]


def test_certificates_that_end_soon_are_a_line_of_the_overview_that_costs_one_call_an_hour(
    browser: Client, world: Platform
) -> None:
    assert "certificate" not in Page(browser.get("/")).text
    certificate, key = self_signed("soon.example", days=5)
    world.add_domain("soon.example", certificate=certificate, private_key=key)
    cache.clear()
    page = Page(browser.get("/"))
    assert "1 certificate of a domain expires soon or has expired." in page.text
    assert page.links()["Show them"] == "/domains/certificates/"
    world.forget_calls()
    browser.get("/")
    assert world.calls == ["getAccounts", "getDomains", "getAlarms"]


@pytest.mark.parametrize(
    ("wanted", "url"),
    [
        ("ada@example.com", "/accounts/ada@example.com/"),
        ("sip:ADA@example.com", "/accounts/ada@example.com/"),
        ("+31 20 800", "/enum/numbers/31208005169/e164.arpa/"),
        ("front@other.example", "/aliases/front@other.example/edit/"),
        ("other.ex", "/domains/other.example/"),
        ("lindenf", "/customers/3/"),
    ],
)
def test_a_single_result_is_opened_at_once(browser: Client, world: Platform, wanted: str, url: str) -> None:
    assert browser.get("/search/", {"q": wanted}).headers["Location"] == url


def test_several_results_are_listed_by_kind(browser: Client, world: Platform) -> None:
    page = Page(browser.get("/search/", {"q": "*o*"}))
    assert page.response.status_code == 200
    for words in ("Accounts", "bob@other.example", "Aliases", "front@example.com", "Domains", "other.example"):
        assert words in page.text


def test_nothing_found_says_how_to_search(browser: Client, world: Platform) -> None:
    assert "Nothing found" in Page(browser.get("/search/", {"q": "zzz_%"})).text
    assert "Type the first characters" in Page(browser.get("/search/")).text


def test_the_search_finds_only_own_records(people: dict[str, Client], world: Platform) -> None:
    text = people["customer"].get("/search/", {"q": "*o*"}).content.decode()
    assert "other.example" not in text


def test_the_search_makes_a_fixed_number_of_calls(browser: Client, world: Platform) -> None:
    for number in range(20):
        world.add_account(f"zed{number}@example.com")
    world.forget_calls()
    browser.get("/search/", {"q": "zed"})
    assert len(world.calls) <= 8
