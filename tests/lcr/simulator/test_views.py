"""The simulator's page, with the routes of NGNPro."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.ngnpro.records import GatewayRule, Route
from tests.support.pages import Page
from tests.support.portal import Platform

PAGE = "/lcr/simulator/"


def test_the_page_shows_each_step_from_the_dialled_number_to_the_request_uri(
    browser: Client, platform: Platform
) -> None:
    platform.add_routing("Lindenfunk", "0049")
    platform.add_routing("Kestrel", "00")
    platform.ngnpro.sip.add_gateway_rule(GatewayRule(gateway_id=1, prefix="0049", strip=4, prepend="0", min_length=13))
    platform.ngnpro.sip.add_routes([Route(prefix="0031", carrier_id=2)])
    platform.forget_calls()
    page = Page(browser.get(PAGE, {"number": "+49 30 901820", "caller": "ada@example.com"}))
    assert "The call leaves through Lindenfunk (1) , gateway Lindenfunk-1 (1) , as +4930901820 ." in page.text
    assert "INVITE sip:+4930901820@192.0.2.11:5060" in page.text
    assert [row[0] for row in page.rows()] == ["1", "2", "Skipped"]
    assert page.rows()[1][4] == "Shorter prefix, used if those above fail"
    assert page.rows()[2][4] == "The number does not begin with 0031"
    assert [(mark.tag, mark.text_content()) for mark in page.root.xpath("//main//del | //main//ins")] == [
        ("del", "00"),
        ("ins", "+"),
    ] * 2
    assert "Gateway Kestrel-1 (2) of Kestrel (2) takes the call" in page.text
    assert "INVITE sip:+4930901820@192.0.2.12:5060" in page.text
    assert sorted(set(platform.calls) - {"getCustomers"}) == [
        "getAccount",
        "getCarriers",
        "getGatewayRules",
        "getGateways",
        "getRoutes",
    ]


def test_a_call_of_an_account_takes_the_routes_of_its_reseller_and_its_rights(
    people: dict[str, Client], world: Platform
) -> None:
    [account] = [one for one in world.ngnpro.sip.iter_accounts() if one.reseller == 3]
    query = {"number": "0049 30 901820", "caller": str(account.id), "reseller": ""}
    page = Page(people["operator"].get(PAGE, query))
    assert "of Lindenfunk (2) takes the call" in page.text
    assert "may not call telephone numbers outside the platform" in page.text
    world.ngnpro.sip.add_to_group(account.id, "free-pstn")
    assert "Nothing stops the call." in Page(people["operator"].get(PAGE, query)).text


def test_a_number_needs_a_country_code(browser: Client, platform: Platform) -> None:
    platform.add_routing("Lindenfunk", "0049")
    page = Page(browser.get(PAGE, {"number": "030 901820"}))
    assert page.response.status_code == 422
    assert "country" in page.error_of("number")
    page = Page(browser.get(PAGE, {"number": "030 901820", "country": "+49"}))
    assert "INVITE sip:+4930901820@" in page.text


def test_nothing_is_tried_before_a_number_is_typed(browser: Client, platform: Platform) -> None:
    browser.get(PAGE)
    assert set(platform.calls) <= {"getCustomers"}


@pytest.mark.parametrize(("person", "number", "found"), [("reseller", "0031201", True), ("reseller", "0049301", False)])
def test_a_reseller_simulates_only_their_own_routes(
    people: dict[str, Client], person: str, number: str, found: bool
) -> None:
    page = Page(people[person].get(PAGE, {"number": number, "reseller": "3"}))
    assert ("The call leaves through Meridian" in page.text) is found
    assert "Lindenfunk" not in page.text


def test_an_operator_simulates_routes_of_a_reseller_or_the_platform(people: dict[str, Client], world: Platform) -> None:
    page = Page(people["operator"].get(PAGE, {"number": "0049301", "reseller": "Lindenfunk"}))
    assert "The call leaves through Lindenfunk" in page.text
    assert "no route matches" in Page(people["operator"].get(PAGE, {"number": "0049301"})).text
