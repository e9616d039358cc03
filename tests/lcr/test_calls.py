"""The rules by which a call is routed, one table each (docs/routing.md)."""

from __future__ import annotations

import pytest

from portal.lcr.calls import (
    choose_rule,
    follow,
    is_for,
    look_at_routes,
    misfit,
    try_gateway,
    uri_of,
    way_of,
)
from portal.lcr.plan import Plan
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
    assert is_for(Route(originator=originator), caller) is expected


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
def test_routes_go_by_prefix_length_then_priority_then_the_callers_own(
    caller: str, order: list[int], first: str
) -> None:
    looks = look_at_routes(ROUTES, NUMBER, caller)
    assert [look.route.id for look in looks if look.turn] == order
    assert first in looks[0].why
    assert {look.route.id for look in looks} == {route.id for route in ROUTES}
    skipped = {look.route.id: look.why for look in looks if not look.turn}
    assert skipped[4] == "The number does not begin with 004915"
    assert all(look.why for look in looks)


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
def test_a_rule_is_for_numbers_with_its_prefix_and_length(rule: GatewayRule, fits: bool) -> None:
    assert (misfit(rule, NUMBER) == "") is fits


def test_the_rule_with_the_longest_prefix_counts_and_of_two_alike_the_older() -> None:
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
def test_a_rule_cuts_off_and_puts_before(rules: list[GatewayRule], cut: str, kept: str, put: str) -> None:
    attempt = try_gateway(Route(), GATEWAY, rules, NUMBER)
    assert (attempt.cut, attempt.kept, attempt.put) == (cut, kept, put)
    assert attempt.uri == f"sip:{put}{kept}@192.0.2.18:5061;transport=tls"


@pytest.mark.parametrize("rule", [GatewayRule(id=214, min_length=13), GatewayRule(strip=12)])
def test_a_gateway_that_no_rule_lets_in_is_passed_over_with_a_reason(rule: GatewayRule) -> None:
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
    assert uri_of(Gateway(ip=ip, transport=transport), number) == uri


def test_a_call_tries_each_carriers_gateways_in_order_and_no_carrier_twice() -> None:
    plan = Plan(
        gateways=(
            Gateway(id=12, carrier_id=1, name="b", ip="192.0.2.12"),
            Gateway(id=11, carrier_id=1, name="a", ip="192.0.2.11"),
            Gateway(id=13, carrier_id=2, name="c", ip="192.0.2.13"),
        ),
        rules=(GatewayRule(id=1, gateway_id=13, min_length=13),),
        routes=ROUTES,
    )
    trace = follow(plan, NUMBER, "")
    assert [attempt.gateway.name for attempt in trace.attempts] == ["c", "a", "b"]
    assert [attempt.gateway.name for attempt in trace.first_steps] == ["c", "a"]
    assert [attempt.gateway.name for attempt in trace.taken] == ["a", "b"]
    assert [attempt.gateway.name for attempt in trace.later_steps] == ["b"]
    assert [route.carrier_id for route in trace.idle] == [4]


def test_of_thousands_of_routes_those_nearest_to_the_number_are_shown() -> None:
    others = tuple(Route(id=number, prefix=f"00{number}", carrier_id=1) for number in range(10_000, 13_000))
    trace = follow(Plan(routes=(*others, Route(id=1, prefix="0031"), Route(id=2, prefix="0049"))), NUMBER, "")
    assert [look.route.id for look in trace.routes[:1]] == [2]
    assert len(trace.routes) == 26
    assert (trace.considered, trace.kept, trace.unlisted) == (3002, 1, 2976)
    assert way_of(Plan(routes=others), "0010001234", "") == []


def test_a_call_without_a_route_goes_nowhere() -> None:
    trace = follow(Plan(routes=ROUTES[1:2]), "0031201234567", "")
    assert (trace.kept, trace.attempts, trace.taken) == (0, [], [])
