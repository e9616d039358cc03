"""What the routing's check finds, and that it finds nothing where nothing is wrong."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.lcr.findings import find_faults
from portal.lcr.plan import Plan
from portal.ngnpro.records import Carrier, Gateway, GatewayRule, Route
from tests.support.pages import Page
from tests.support.portal import Platform

CARRIERS = (Carrier(id=1, name="Kestrel"), Carrier(id=2, name="Atlas"))
GATEWAYS = (Gateway(id=1, carrier_id=1), Gateway(id=2, carrier_id=2))
ROUTES = (Route(id=1, prefix="0049", carrier_id=1), Route(id=2, prefix="00", carrier_id=2))
RULES = (GatewayRule(id=1, gateway_id=1, prefix="00", strip=2),)


def faults(
    carriers: tuple[Carrier, ...] = (),
    gateways: tuple[Gateway, ...] = (),
    rules: tuple[GatewayRule, ...] = (),
    routes: tuple[Route, ...] = (),
) -> list[tuple[str, int, bool]]:
    plan = Plan(carriers=CARRIERS + carriers, gateways=GATEWAYS + gateways, rules=RULES + rules, routes=ROUTES + routes)
    return [(finding.page, finding.key, finding.bad) for finding in find_faults(plan)]


def test_a_sound_plan_has_no_fault() -> None:
    assert faults() == []
    assert faults(routes=(Route(id=3, prefix="0049", carrier_id=2, priority=1),)) == []
    assert faults(routes=(Route(id=3, prefix="0049", carrier_id=1, originator="example.com"),)) == []


@pytest.mark.parametrize(
    ("route", "bad"),
    [
        (Route(id=3, prefix="", carrier_id=1), [False]),
        (Route(id=3, prefix="49", carrier_id=1), [True]),
        (Route(id=3, prefix="0049", carrier_id=1, priority=4), [True]),
        (Route(id=3, prefix="0049", carrier_id=1, priority=4, originator="example.com"), [True]),
    ],
)
def test_routes_that_are_odd_or_never_used_are_found(route: Route, bad: list[bool]) -> None:
    assert faults(routes=(route,)) == [("lcr:routes:edit", 3, one) for one in bad]


def test_the_same_prefix_and_priority_twice_is_found_on_both() -> None:
    twin = Route(id=3, prefix="0049", carrier_id=2)
    assert faults(routes=(twin,)) == [("lcr:routes:edit", 1, False), ("lcr:routes:edit", 3, False)]


def test_a_carrier_without_a_gateway_and_a_gateway_without_a_route_are_found() -> None:
    assert faults(carriers=(Carrier(id=3, name="Old"),)) == [("lcr:carriers:detail", 3, True)]
    lonely = (Gateway(id=3, carrier_id=3),)
    assert faults(carriers=(Carrier(id=3),), gateways=lonely) == [("lcr:gateways:detail", 3, True)]


@pytest.mark.parametrize(
    "rule",
    [
        GatewayRule(id=2, gateway_id=1, prefix="49"),
        GatewayRule(id=2, gateway_id=1, prefix="0049", max_length=3),
        GatewayRule(id=2, gateway_id=1, min_length=18),
        GatewayRule(id=2, gateway_id=1, min_length=9, max_length=8),
    ],
)
def test_a_rule_that_can_never_match_is_found(rule: GatewayRule) -> None:
    assert faults(rules=(rule,)) == [("lcr:rules:edit", 2, True)]


def test_the_page_says_what_is_wrong_and_links_to_it(browser: Client, platform: Platform) -> None:
    assert "Nothing is odd." in Page(browser.get("/lcr/lint/")).text
    platform.add_routing("Kestrel", "")
    page = Page(browser.get("/lcr/lint/"))
    assert page.rows()[0][2] == "Its prefix is empty: it takes calls to all numbers."
    assert "/lcr/routes/1/edit/" in page.links().values()


def test_a_reseller_checks_his_own_plan(people: dict[str, Client]) -> None:
    answer = people["reseller"].get("/lcr/lint/", {"reseller": "3"})
    assert "Nothing is odd." in Page(answer).text
