"""Before a routing change, pages list the test numbers whose route would change, and apply it only on confirmation."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.test import Client

from portal.lcr.models import NumberSet
from portal.lcr.plan import NEW, RoutingPlan, apply_changes
from portal.lcr.preview import SampleCall, compare_plans
from portal.ngnpro.records import Carrier, Gateway, GatewayRule, Route
from tests.support.pages import Page
from tests.support.portal import Platform

PLAN = RoutingPlan(
    carriers=(Carrier(id=1, name="Kestrel"), Carrier(id=2, name="Lindenfunk")),
    gateways=(
        Gateway(id=1, carrier_id=1, name="k", ip="192.0.2.1"),
        Gateway(id=2, carrier_id=2, name="l", ip="192.0.2.2"),
    ),
    rules=(GatewayRule(id=1, gateway_id=1, prefix="00", strip=2, prepend="+"),),
    routes=(Route(id=1, prefix="0049", carrier_id=1, priority=1), Route(id=2, prefix="00", carrier_id=2)),
)
BERLIN, AMSTERDAM = SampleCall("004930901820"), SampleCall("0031208005169")


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        (None, Route(prefix="0049", carrier_id=2, priority=0), {BERLIN: True}),
        (None, Route(prefix="0049", carrier_id=2, priority=0, originator="ada"), {}),
        (None, Route(prefix="0033", carrier_id=1), {}),
        (None, Route(prefix="0031", carrier_id=1), {AMSTERDAM: True}),
        (PLAN.routes[0], Route(id=1, prefix="0049", carrier_id=2, priority=1), {BERLIN: True}),
        (PLAN.routes[1], None, {AMSTERDAM: True, BERLIN: False}),
        (PLAN.routes[0], Route(id=1, prefix="0049", carrier_id=1, priority=7), {}),
        (None, GatewayRule(gateway_id=1, prefix="0049", strip=4, prepend="0"), {BERLIN: True}),
        (PLAN.rules[0], None, {BERLIN: True}),
        (PLAN.gateways[0], Gateway(id=1, carrier_id=1, name="k", ip="192.0.2.9"), {BERLIN: True}),
        (PLAN.gateways[0], Gateway(id=1, carrier_id=1, name="another name", ip="192.0.2.1"), {}),
        (None, Gateway(carrier_id=2, name="second", ip="192.0.2.3"), {AMSTERDAM: False, BERLIN: False}),
        (PLAN.carriers[0], Carrier(id=1, name="Kestrel Services"), {}),
    ],
)
def test_the_preview_lists_the_calls_that_a_change_moves(
    before: Any, after: Any, moved: dict[SampleCall, bool]
) -> None:
    moves = compare_plans([BERLIN, AMSTERDAM], PLAN, apply_changes(PLAN, [(before, after)]))
    assert {move.call: move.is_first for move in moves} == moved
    assert [move.is_first for move in moves] == sorted((move.is_first for move in moves), reverse=True)


def test_a_new_record_is_the_youngest_and_has_no_number_yet() -> None:
    plan = apply_changes(PLAN, [(None, Route(prefix="0049", carrier_id=2, priority=1))])
    assert plan.routes[-1].id == NEW
    assert compare_plans([BERLIN], PLAN, plan) == []
    gone = apply_changes(plan, [(PLAN.routes[1], None)])
    assert [route.prefix for route in gone.routes] == ["0049", "0049"]


ROUTE = {"prefix": "004930", "carrier_id": "Lindenfunk · 2", "priority": "1", "originator": ""}


@pytest.fixture
def routed(platform: Platform) -> Platform:
    """A platform with two carriers, a route for each, and test numbers for both."""
    platform.add_routing("Kestrel", "0031")
    platform.add_routing("Lindenfunk", "0049")
    calls = [["0031208005169", ""], ["004930901820", "ada@example.com"]]
    NumberSet.objects.create(engine="ngnpro", name="All", calls=calls)
    return platform


def test_a_route_is_added_only_after_the_page_has_shown_what_is_routed_differently(
    browser: Client, routed: Platform
) -> None:
    typed = ROUTE | {"carrier_id": "1"}
    routed.forget_calls()
    page = Page(browser.post("/lcr/routes/add/", typed))
    assert page.response.status_code == 422
    assert "Nothing was saved yet." in page.text
    assert "1 of 2 test numbers would be routed differently" in page.text
    assert page.rows() == [
        [
            "004930901820called by ada@example.com",
            "Lindenfunk (2), Lindenfunk-1 (2)sip:+4930901820@192.0.2.12:5060",
            "Kestrel (1), Kestrel-1 (1)sip:+4930901820@192.0.2.11:5060"
            "Lindenfunk (2), Lindenfunk-1 (2)sip:+4930901820@192.0.2.12:5060",
        ]
    ]
    assert "addRoutes" not in routed.calls
    assert sorted(routed.calls) == ["getCarriers", "getCarriers", "getGatewayRules", "getGateways", "getRoutes"]
    answer = browser.post("/lcr/routes/add/", page.form_data(), follow=True)
    assert "1 of 2 test numbers are routed differently now." in Page(answer).text
    assert routed.ngnpro.sip.get_routes().total == 3


def test_a_change_that_moves_no_calls_is_applied_at_once_and_reported(browser: Client, routed: Platform) -> None:
    page = Page(browser.post("/lcr/routes/add/", ROUTE | {"prefix": "0033"}, follow=True))
    assert "None of the 2 test numbers is routed differently." in page.text
    assert routed.ngnpro.sip.get_routes().total == 3


def test_without_test_numbers_a_change_is_saved_and_the_page_offers_to_keep_some(
    browser: Client, platform: Platform
) -> None:
    platform.add_routing("Kestrel", "0031")
    platform.forget_calls()
    assert browser.post("/lcr/routes/add/", ROUTE | {"carrier_id": "1"}).status_code == 302
    assert platform.calls == ["getCarriers", "addRoutes", "getRoutes"]
    assert Page(browser.get("/lcr/routes/")).links()["Add some"] == "/lcr/samples/add/"


@pytest.mark.parametrize(
    ("room", "values"),
    [
        ("routes", {"prefix": "0044"}),
        ("rules", {"prepend": "9"}),
        ("gateways", {"ip": "192.0.2.99"}),
    ],
)
def test_every_edit_of_the_routing_is_shown_first(
    browser: Client, routed: Platform, room: str, values: dict[str, str]
) -> None:
    address = f"/lcr/{room}/1/edit/"
    data = Page(browser.get(address)).form_data() | values
    routed.forget_calls()
    page = Page(browser.post(address, data))
    assert page.response.status_code == 422
    assert "0031208005169" in page.text
    assert not [call for call in routed.calls if not call.startswith("get")]
    assert browser.post(address, page.form_data()).status_code == 302


def test_input_changed_after_the_preview_shows_a_new_preview(browser: Client, routed: Platform) -> None:
    page = Page(browser.post("/lcr/routes/add/", ROUTE | {"carrier_id": "1"}))
    page = Page(browser.post("/lcr/routes/add/", page.form_data() | {"prefix": "0049"}))
    assert page.response.status_code == 422
    assert "addRoutes" not in routed.calls[-5:]


def test_changes_after_the_preview_show_a_new_preview(browser: Client, routed: Platform) -> None:
    page = Page(browser.post("/lcr/routes/add/", ROUTE | {"carrier_id": "1"}))
    routed.ngnpro.sip.add_routes([Route(prefix="004930", carrier_id=2)])
    again = Page(browser.post("/lcr/routes/add/", page.form_data()))
    assert again.response.status_code == 422
    assert again.rows() != page.rows()


@pytest.mark.parametrize("room", ["routes", "rules"])
def test_a_delete_page_lists_what_is_routed_differently_and_deletes_only_then(
    browser: Client, routed: Platform, room: str
) -> None:
    address = f"/lcr/{room}/1/delete/"
    assert browser.post(address).status_code == 422
    page = Page(browser.get(address))
    assert "1 of 2 test numbers would be routed differently" in page.text
    page = Page(browser.post(address, page.form_data(), follow=True))
    assert "1 of 2 test numbers are routed differently now." in page.text


def test_a_gateway_that_carries_calls_is_deleted_only_after_its_preview(browser: Client, routed: Platform) -> None:
    routed.ngnpro.sip.delete_gateway_rule(1)
    page = Page(browser.get("/lcr/gateways/1/delete/"))
    assert "No gateway takes the call" in page.text
    assert browser.post("/lcr/gateways/1/delete/").status_code == 422
    assert browser.post("/lcr/gateways/1/delete/", page.form_data()).status_code == 302


def test_only_the_test_numbers_of_that_routing_count(people: dict[str, Client]) -> None:
    NumberSet.objects.create(engine="ngnpro", reseller=3, name="Foreign", calls=[["0031201", ""], ["0049301", ""]])
    typed = {"prefix": "0031", "carrier_id": "1", "priority": "0", "originator": ""}
    assert people["reseller"].post("/lcr/routes/add/", typed).status_code == 302
    NumberSet.objects.create(engine="ngnpro", reseller=1, name="Mine", calls=[["0031201", ""]])
    page = Page(people["operator"].post("/lcr/routes/add/", typed | {"prefix": "00312"}))
    assert "None of the 1 test numbers" in Page(people["operator"].get("/lcr/routes/")).text
    foreign = people["another reseller"].post("/lcr/routes/add/", typed | {"carrier_id": "2", "prefix": "0044"})
    assert foreign.status_code == 302
    assert page.response.status_code == 302


def test_a_route_entered_during_an_outage_is_not_lost(browser: Client, routed: Platform) -> None:
    routed.cut()
    page = Page(browser.post("/lcr/routes/add/", ROUTE | {"carrier_id": "1"}))
    assert page.response.status_code == 503
    assert page.value_of("prefix") == "004930"
    assert "Nothing was saved." in page.text


def test_names_of_carriers_and_gateways_are_escaped(browser: Client, routed: Platform) -> None:
    routed.ngnpro.sip.update_carrier(dataclasses.replace(routed.ngnpro.sip.get_carriers().items[0], name="<i>Kes</i>"))
    gateway = routed.ngnpro.sip.find_gateway(1)
    assert gateway is not None
    routed.ngnpro.sip.update_gateway(dataclasses.replace(gateway, name="<u>gw</u>"))
    pages = [
        browser.post("/lcr/routes/add/", ROUTE | {"carrier_id": "1"}),
        browser.get("/lcr/routes/1/delete/"),
        browser.get("/lcr/simulator/", {"number": "0031208005169"}),
        browser.get("/lcr/gateways/"),
    ]
    for page in pages:
        text = page.content.decode()
        assert "Kes" in text
        assert "<i>" not in text
        assert "<u>" not in text
