"""The findings in a routing plan, and that a correct plan has none."""

from __future__ import annotations

import pytest

from portal.lcr.findings import findings_of_plan, findings_of_plans
from portal.lcr.plan import RoutingPlan
from portal.ngnpro.records import Carrier, Gateway, GatewayRule, Route

CARRIERS = (Carrier(id=1, name="Kestrel"), Carrier(id=2, name="Atlas"))
GATEWAYS = (Gateway(id=1, carrier_id=1), Gateway(id=2, carrier_id=2))
ROUTES = (Route(id=1, prefix="0049", carrier_id=1), Route(id=2, prefix="00", carrier_id=2))
RULES = (GatewayRule(id=1, gateway_id=1, prefix="00", strip=2),)


def findings(
    carriers: tuple[Carrier, ...] = (),
    gateways: tuple[Gateway, ...] = (),
    rules: tuple[GatewayRule, ...] = (),
    routes: tuple[Route, ...] = (),
) -> list[tuple[str, int, bool]]:
    plan = RoutingPlan(
        carriers=CARRIERS + carriers, gateways=GATEWAYS + gateways, rules=RULES + rules, routes=ROUTES + routes
    )
    return [(finding.page, finding.key, finding.bad) for finding in findings_of_plan(plan)]


def test_a_correct_plan_has_no_findings() -> None:
    assert findings() == []
    assert findings(routes=(Route(id=3, prefix="0049", carrier_id=2, priority=1),)) == []
    assert findings(routes=(Route(id=3, prefix="0049", carrier_id=1, originator="example.com"),)) == []


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
    assert findings(routes=(route,)) == [("lcr:routes:edit", 3, one) for one in bad]


def test_the_same_prefix_and_priority_twice_is_found_on_both() -> None:
    twin = Route(id=3, prefix="0049", carrier_id=2)
    assert findings(routes=(twin,)) == [("lcr:routes:edit", 1, False), ("lcr:routes:edit", 3, False)]


def test_a_route_that_leads_nowhere_is_found() -> None:
    route = Route(id=3, prefix="0044", carrier_id=3)
    found = findings(carriers=(Carrier(id=3, name="Old"),), routes=(route,))
    assert found == [("lcr:routes:edit", 3, True), ("lcr:carriers:detail", 3, True)]


def test_a_gateway_that_none_of_its_routes_reaches_is_found() -> None:
    plan = RoutingPlan(
        carriers=CARRIERS[:1],
        gateways=GATEWAYS[:1],
        rules=(GatewayRule(id=1, gateway_id=1, prefix="0031"),),
        routes=ROUTES[:1],
    )
    assert [(one.page, one.key) for one in findings_of_plan(plan)] == [
        ("lcr:gateways:detail", 1),
        ("lcr:rules:edit", 1),
    ]


@pytest.mark.parametrize(
    "rule",
    [
        GatewayRule(id=2, gateway_id=1, prefix="004930"),
        GatewayRule(id=2, gateway_id=1, prefix="0049", min_length=10, max_length=12),
        GatewayRule(id=2, gateway_id=1, prefix="", strip=2),
        GatewayRule(id=2, gateway_id=1, prefix="0049", strip=17, prepend="112"),
    ],
)
def test_a_rule_that_some_number_is_for_is_sound(rule: GatewayRule) -> None:
    assert findings(rules=(rule,)) == []


def test_many_routes_are_previewed_in_one_pass() -> None:
    routes = tuple(Route(id=number, prefix=f"00{number}", carrier_id=1, priority=1) for number in range(100, 3100))
    assert (
        len(
            findings_of_plans(
                {0: RoutingPlan(carriers=CARRIERS, gateways=GATEWAYS, routes=routes), 7: RoutingPlan(carriers=CARRIERS)}
            )
        )
        == 3
    )


def test_a_carrier_without_a_gateway_and_a_gateway_without_a_route_are_found() -> None:
    assert findings(carriers=(Carrier(id=3, name="Old"),)) == [("lcr:carriers:detail", 3, True)]
    lonely = (Gateway(id=3, carrier_id=3),)
    assert findings(carriers=(Carrier(id=3),), gateways=lonely) == [("lcr:gateways:detail", 3, True)]


@pytest.mark.parametrize(
    "rule",
    [
        GatewayRule(id=2, gateway_id=1, prefix="00", min_length=9),
        GatewayRule(id=2, gateway_id=1, prefix="0031"),
        GatewayRule(id=2, gateway_id=1, prefix="0049", strip=17),
        GatewayRule(id=2, gateway_id=1, prefix="0049", strip=12, max_length=12),
        GatewayRule(id=2, gateway_id=1, prefix="49"),
        GatewayRule(id=2, gateway_id=1, prefix="0049", max_length=3),
        GatewayRule(id=2, gateway_id=1, min_length=18),
        GatewayRule(id=2, gateway_id=1, min_length=9, max_length=8),
    ],
)
def test_a_rule_that_can_never_match_is_found(rule: GatewayRule) -> None:
    assert findings(rules=(rule,)) == [("lcr:rules:edit", 2, True)]
