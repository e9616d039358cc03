"""The page that checks the routing, and the number of findings in the menu."""

from __future__ import annotations

from typing import Any

from django.test import Client

from portal.ngnpro.records import Carrier
from tests.support.pages import Page
from tests.support.portal import Platform


def in_the_menu(response: Any) -> list[str]:
    """Return the counts beside the menu items, with their texts for screen readers."""
    return [" ".join(one.text_content().split()) for one in Page(response).root.find_class("count")]


def test_the_page_says_what_is_wrong_and_links_to_it(browser: Client, platform: Platform) -> None:
    assert "No findings." in Page(browser.get("/lcr/lint/")).text
    platform.add_routing("Kestrel", "")
    page = Page(browser.get("/lcr/lint/"))
    assert page.rows()[0][2] == "Its prefix is empty: it takes calls to all numbers."
    assert "/lcr/routes/1/edit/" in page.links().values()


def test_a_reseller_checks_their_own_routing(people: dict[str, Client]) -> None:
    answer = people["reseller"].get("/lcr/lint/", {"reseller": "3"})
    assert "No findings." in Page(answer).text


def test_an_operator_checks_all_routing_or_that_of_one_reseller(people: dict[str, Client], world: Platform) -> None:
    world.ngnpro.sip.add_carrier(Carrier(name="Idle", reseller=1))
    world.ngnpro.sip.add_carrier(Carrier(name="Idle too"))
    browser = people["operator"]
    page = Page(browser.get("/lcr/lint/"))
    assert [(row[0], row[3]) for row in page.rows()] == [("Idle too4", "The platform's own"), ("Idle3", "Meridian")]
    assert len(Page(browser.get("/lcr/lint/", {"reseller": "1"})).rows()) == 1
    assert Page(browser.get("/lcr/lint/", {"reseller": "3"})).rows() == []
    assert len(Page(people["reseller"].get("/lcr/lint/")).rows()) == 1


def test_the_menu_shows_how_much_is_wrong_once_a_list_of_the_routing_was_open(
    browser: Client, platform: Platform
) -> None:
    platform.add_routing("Kestrel", "")
    assert in_the_menu(browser.get("/domains/")) == []
    assert in_the_menu(browser.get("/lcr/carriers/")) == ["1 finding", "1 finding"]
    platform.forget_calls()
    assert in_the_menu(browser.get("/domains/")) == ["1 finding"]
    assert in_the_menu(browser.get("/lcr/carriers/")) == ["1 finding", "1 finding"]
    assert platform.calls.count("getRoutes") == 0


def test_a_change_of_the_routing_is_counted_again(browser: Client, platform: Platform) -> None:
    platform.add_routing("Kestrel", "")
    browser.get("/lcr/lint/")
    data = Page(browser.get("/lcr/routes/1/edit/")).form_data()
    browser.post("/lcr/routes/1/edit/", data | {"prefix": "0031"})
    assert in_the_menu(browser.get("/domains/")) == []
    assert in_the_menu(browser.get("/lcr/routes/")) == []
    browser.post("/lcr/carriers/add/", {"name": "Idle"})
    assert in_the_menu(browser.get("/lcr/routes/")) == ["1 finding", "1 finding"]


def test_everyone_sees_their_own_badge(people: dict[str, Client], world: Platform) -> None:
    world.ngnpro.sip.add_carrier(Carrier(name="Idle", reseller=3))
    assert in_the_menu(people["another reseller"].get("/lcr/routes/")) == ["1 finding", "1 finding"]
    assert in_the_menu(people["reseller"].get("/lcr/routes/")) == []
    assert in_the_menu(people["customer"].get("/domains/")) == []


def test_a_list_is_shown_also_where_nothing_can_be_counted(browser: Client, platform: Platform) -> None:
    platform.add_routing("Kestrel", "0031")
    platform.break_off("getGatewayRules")
    page = browser.get("/lcr/routes/")
    assert page.status_code == 200
    assert in_the_menu(page) == []
