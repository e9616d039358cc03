"""The rules by which a call is routed, with a table of cases for each (docs/routing.md)."""

from __future__ import annotations

import pytest

from portal.lcr.calls import (
    attempts_for,
    choose_rule,
    is_route_for_caller,
    judge_routes,
    request_uri,
    trace_call,
    try_gateway,
    why_rule_does_not_match,
)
from portal.lcr.plan import RoutingPlan, rewriting_example
from portal.ngnpro.records import Gateway, GatewayRule, Route

NUMBER = "004930901820"


@pytest.mark.parametrize(
    ("originator", "caller", "expected"),
    [
        ("", "ada@example.com", True),
        ("ada@example.com", "sip:Ada@Example.com", True),
        ("example.com", "ada@example.com", True),
        ("ample.com", "ada@example.com", False),
        ("bob@example.com", "ada@example.com", False),
        ("trunk", "trunk", True),
        ("trunk", "", False),
    ],
)
def test_an_originator_is_an_address_a_domain_or_a_word(originator: str, caller: str, expected: bool) -> None:
    assert is_route_for_caller(Route(originator=originator), caller) is expected


ROUTES = (
    Route(id=1, prefix="", carrier_id=1, priority=0),
    Route(id=2, prefix="0049", carrier_id=1, priority=2),
    Route(id=3, prefix="0049", carrier_id=2, priority=1),
    Route(id=4, prefix="004915", carrier_id=1, priority=0),
    Route(id=5, prefix="0049", carrier_id=3, priority=1, originator="example.com"),
    Route(id=6, prefix="0049", carrier_id=4, priority=1),
    Route(id=7, prefix="004930", carrier_id=5, priority=9, originator="other.example"),
)


@pytest.mark.parametrize(
    ("caller", "order", "first"),
    [
        ("ada@example.com", [5, 3, 6, 2, 1], "and only for this caller"),
        ("bob@other.example", [7, 3, 6, 2, 1], "Longest prefix that matches"),
        ("", [3, 6, 2, 1], "Same prefix and priority as the next, added first"),
    ],
)
def test_routes_are_ordered_by_prefix_length_then_priority_then_caller(
    caller: str, order: list[int], first: str
) -> None:
    verdicts = judge_routes(ROUTES, NUMBER, caller)
    assert [verdict.route.id for verdict in verdicts if verdict.turn] == order
    assert first in verdicts[0].why
    assert {verdict.route.id for verdict in verdicts} == {route.id for route in ROUTES}
    skipped = {verdict.route.id: verdict.why for verdict in verdicts if not verdict.turn}
    assert skipped[4] == "The number does not begin with 004915"
    assert all(verdict.why for verdict in verdicts)


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (GatewayRule(), True),
        (GatewayRule(prefix="0049"), True),
        (GatewayRule(prefix="0031"), False),
        (GatewayRule(min_length=12, max_length=12), True),
        (GatewayRule(min_length=13), False),
        (GatewayRule(max_length=11), False),
    ],
)
def test_a_rule_matches_numbers_with_its_prefix_and_length(rule: GatewayRule, fits: bool) -> None:
    assert (why_rule_does_not_match(rule, NUMBER) == "") is fits


def test_the_longest_prefix_decides_between_rules_and_then_the_age() -> None:
    rules = [GatewayRule(id=1, prefix="00"), GatewayRule(id=3, prefix="0049"), GatewayRule(id=2, prefix="0049")]
    chosen = choose_rule(rules, NUMBER)
    assert chosen is not None
    assert chosen.id == 2


GATEWAY = Gateway(id=1, name="lf-fra-2", ip="192.0.2.18", port=5061, transport="tls")


@pytest.mark.parametrize(
    ("rules", "cut", "kept", "put"),
    [
        ([], "", NUMBER, ""),
        ([GatewayRule(strip=2, prepend="+")], "00", "4930901820", "+"),
        ([GatewayRule(prefix="0049", strip=4, prepend="0")], "0049", "30901820", "0"),
        ([GatewayRule(strip=99, prepend="112")], NUMBER, "", "112"),
    ],
)
def test_a_rule_removes_digits_and_adds_others_in_front(
    rules: list[GatewayRule], cut: str, kept: str, put: str
) -> None:
    attempt = try_gateway(Route(), GATEWAY, rules, NUMBER)
    assert (attempt.cut, attempt.kept, attempt.put) == (cut, kept, put)
    assert attempt.uri == f"sip:{put}{kept}@192.0.2.18:5061;transport=tls"


@pytest.mark.parametrize("rule", [GatewayRule(id=214, min_length=13), GatewayRule(strip=12)])
def test_a_gateway_without_a_matching_rule_is_passed_over_with_a_reason(rule: GatewayRule) -> None:
    attempt = try_gateway(Route(), GATEWAY, [rule], NUMBER)
    assert attempt.uri == ""
    assert attempt.why


@pytest.mark.parametrize(
    ("ip", "transport", "number", "uri"),
    [
        ("192.0.2.1", "udp", "+49", "sip:+49@192.0.2.1:5060"),
        ("2001:db8::1", "tcp", "0049", "sip:0049@[2001:db8::1]:5060;transport=tcp"),
        ("sbc.example", "udp", "1#49", "sip:1%2349@sbc.example:5060"),
    ],
)
def test_the_request_uri_follows_rfc_3261(ip: str, transport: str, number: str, uri: str) -> None:
    assert request_uri(Gateway(ip=ip, transport=transport), number) == uri


def test_a_call_tries_each_carriers_gateways_in_order_and_no_carrier_twice() -> None:
    plan = RoutingPlan(
        gateways=(
            Gateway(id=12, carrier_id=1, name="b", ip="192.0.2.12"),
            Gateway(id=11, carrier_id=1, name="a", ip="192.0.2.11"),
            Gateway(id=13, carrier_id=2, name="c", ip="192.0.2.13"),
        ),
        rules=(GatewayRule(id=1, gateway_id=13, min_length=13),),
        routes=ROUTES,
    )
    trace = trace_call(plan, NUMBER, "")
    assert [attempt.gateway.name for attempt in trace.attempts] == ["c", "a", "b"]
    assert [attempt.gateway.name for attempt in trace.first_steps] == ["c", "a"]
    assert [attempt.gateway.name for attempt in trace.taken] == ["a", "b"]
    assert [attempt.gateway.name for attempt in trace.later_steps] == ["b"]
    assert [route.carrier_id for route in trace.idle] == [4]


def test_only_the_nearest_of_thousands_of_routes_are_shown() -> None:
    others = tuple(Route(id=number, prefix=f"00{number}", carrier_id=1) for number in range(10_000, 13_000))
    trace = trace_call(
        RoutingPlan(routes=(*others, Route(id=1, prefix="0031"), Route(id=2, prefix="0049"))), NUMBER, ""
    )
    assert [verdict.route.id for verdict in trace.routes[:1]] == [2]
    assert len(trace.routes) == 26
    assert (trace.considered, trace.kept, trace.unlisted) == (3002, 1, 2976)
    assert attempts_for(RoutingPlan(routes=others), "0010001234", "") == []


def test_a_call_without_a_route_has_no_attempt() -> None:
    trace = trace_call(RoutingPlan(routes=ROUTES[1:2]), "0031201234567", "")
    assert (trace.kept, trace.attempts, trace.taken) == (0, [], [])


@pytest.mark.parametrize(
    ("prefix", "strip", "prepend", "example"),
    [
        ("0049", 4, "0", "0049… → 0…"),
        ("0049", 2, "+", "0049… → +49…"),
        ("00", 4, "", "00xx… → …"),
        ("", 0, "9", "… → 9…"),
    ],
)
def test_a_rewriting_is_shown_by_an_example(prefix: str, strip: int, prepend: str, example: str) -> None:
    assert rewriting_example(prefix, strip, prepend) == example
