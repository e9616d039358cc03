"""Traces calls through a routing plan, by the rules in docs/routing.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from urllib.parse import quote

from django.utils.translation import gettext as _

from portal.lcr.plan import RoutingPlan, name_with_number, rewriting_example
from portal.ngnpro.records import Gateway, GatewayRule, Route

MOST_SKIPPED = 25
USER_SAFE = "+*;=.-&$,?/!~'()"  # not escaped in the user part of a SIP URI (RFC 3261, section 25.1)


@dataclass(frozen=True, slots=True)
class RouteVerdict:
    """A route, its position among those that take the call (0 if it does not), and the reason."""

    route: Route
    turn: int
    why: str

    @property
    def carrier(self) -> str:
        return name_with_number(self.route.carrier, self.route.carrier_id)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A gateway that a call is offered to. ``uri`` is empty if it is skipped, and ``why`` is the reason.

    ``cut`` and ``kept`` are the two parts of the number before it is rewritten: the first is removed, and ``put`` is
    added in front of the second.
    """

    route: Route
    gateway: Gateway
    rule: GatewayRule | None
    why: str
    cut: str = ""
    kept: str = ""
    put: str = ""
    uri: str = ""

    @property
    def number(self) -> str:
        return self.put + self.kept

    @property
    def carrier(self) -> str:
        return name_with_number(self.route.carrier, self.route.carrier_id)

    @property
    def gateway_name(self) -> str:
        return name_with_number(self.gateway.name, self.gateway.id)


@dataclass(frozen=True, slots=True)
class Trace:
    """The trace of a call: the number as 00 and digits, routes with reasons, and all attempts in order.

    ``idle`` are routes that take the call to a carrier without a gateway. ``unlisted`` is the number of routes that
    are left out because they are for other numbers.
    """

    number: str
    routes: list[RouteVerdict]
    attempts: list[Attempt]
    idle: list[Route]
    unlisted: int = 0

    @property
    def taken(self) -> list[Attempt]:
        """The attempts that can work, in order: the call goes to the first, and to the next if that fails."""
        return [attempt for attempt in self.attempts if attempt.uri]

    @property
    def first_steps(self) -> list[Attempt]:
        """The attempts up to the first that can work."""
        if not self.taken:
            return self.attempts
        return self.attempts[: self.attempts.index(self.taken[0]) + 1]

    @property
    def later_steps(self) -> list[Attempt]:
        """The attempts after the first that can work, made if it fails."""
        return self.attempts[len(self.first_steps) :]

    @property
    def idle_carriers(self) -> list[str]:
        return [name_with_number(route.carrier, route.carrier_id) for route in self.idle]

    @property
    def considered(self) -> int:
        return len(self.routes) + self.unlisted

    @property
    def kept(self) -> int:
        return sum(verdict.turn > 0 for verdict in self.routes)


def is_route_for_caller(route: Route, caller: str) -> bool:
    """Return whether a route is for a caller: for all callers, their address, their domain or a peer's originator."""
    wanted, who = route.originator.strip().casefold(), caller.strip().casefold().removeprefix("sip:")
    return not wanted or wanted in (who, who.rpartition("@")[2])


def route_order(route: Route) -> tuple[int, int, bool, int]:
    """Return the sort key of routes that match: prefix length, priority, whether it is for one caller only, age."""
    return -len(route.prefix), route.priority, not route.originator.strip(), route.id


def judge_routes(routes: tuple[Route, ...], number: str, caller: str) -> list[RouteVerdict]:
    """Return verdicts on the routes: first those that take the call, in order, then those that do not.

    Of the routes for other numbers only the nearest are returned, since a platform may have thousands.
    """
    matching = [route for route in routes if number.startswith(route.prefix)]
    fit = sorted((route for route in matching if is_route_for_caller(route, caller)), key=route_order)
    others = [
        (route, _("Only for calls of %(who)s") % {"who": route.originator}) for route in matching if route not in fit
    ]
    others += [
        (route, _("The number does not begin with %(prefix)s") % {"prefix": route.prefix})
        for route in _nearest(routes, number)
    ]
    verdicts = [RouteVerdict(route, turn, _why(fit, turn)) for turn, route in enumerate(fit, 1)]
    return verdicts + [RouteVerdict(route, 0, why) for route, why in others]


def _nearest(routes: tuple[Route, ...], number: str) -> list[Route]:
    """List the routes for other numbers that share the most first digits with this one, by prefix."""
    others = [route for route in routes if not number.startswith(route.prefix)]
    near = nsmallest(MOST_SKIPPED, others, key=lambda route: (-_in_common(route.prefix, number), route.prefix))
    return sorted(near, key=lambda route: route.prefix)


def _in_common(one: str, other: str) -> int:
    """Return the length of the common prefix of two texts."""
    return next(
        (index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(map(len, (one, other)))
    )


def _why(fit: list[Route], turn: int) -> str:
    """Return why a route has its position: how it differs from the one before."""
    route = fit[turn - 1]
    if turn == 1:
        return _first_reason(route, fit[1:])
    before = fit[turn - 2]
    if len(route.prefix) < len(before.prefix):
        return _("Shorter prefix, used if those above fail")
    if route.priority != before.priority:
        return _("Same prefix, comes after priority %(priority)s") % {"priority": before.priority}
    if before.originator and not route.originator:
        return _("Same prefix and priority, but not only for this caller")
    return _("Same prefix and priority, added later")


def _first_reason(route: Route, others: list[Route]) -> str:
    if not others:
        return _("The only route that matches")
    if len(route.prefix) > len(others[0].prefix):
        return _("Longest prefix that matches")
    if route.priority < others[0].priority:
        return _("Longest prefix that matches, lowest priority value")
    if route.originator and not others[0].originator:
        return _("Same prefix and priority as the next, and only for this caller")
    return _("Same prefix and priority as the next, added first")


def why_rule_does_not_match(rule: GatewayRule, number: str) -> str:
    """Return why a rule does not match a number; empty if it does."""
    if not number.startswith(rule.prefix):
        return _("it is for %(prefix)s") % {"prefix": rule.prefix}
    words = {"digits": len(number), "shortest": rule.min_length, "longest": rule.max_length}
    if rule.min_length and len(number) < rule.min_length:
        return _("it takes %(shortest)s digits or more; this number has %(digits)s") % words
    if rule.max_length and len(number) > rule.max_length:
        return _("it takes %(longest)s digits or fewer; this number has %(digits)s") % words
    return ""


def choose_rule(rules: Sequence[GatewayRule], number: str) -> GatewayRule | None:
    """Return the matching rule with the longest prefix, the oldest of several with it; ``None`` if none matches."""
    fit = [rule for rule in rules if not why_rule_does_not_match(rule, number)]
    return min(fit, key=lambda rule: (-len(rule.prefix), rule.id), default=None)


def try_gateway(route: Route, gateway: Gateway, rules: Sequence[GatewayRule], number: str) -> Attempt:
    """Return the attempt to send the call to a gateway, with the number as the matching rule rewrites it."""
    if not rules:
        return Attempt(
            route,
            gateway,
            None,
            _("It has no rule, so the number is sent unchanged"),
            "",
            number,
            "",
            request_uri(gateway, number),
        )
    rule = choose_rule(rules, number)
    if rule is None:
        reasons = "; ".join(
            _("rule %(id)s: %(why)s") % {"id": one.id, "why": why_rule_does_not_match(one, number)} for one in rules
        )
        return Attempt(route, gateway, None, _("None of its rules matches this number: %(why)s") % {"why": reasons})
    cut, kept = number[: rule.strip], number[rule.strip :]
    if not rule.prepend + kept:
        return Attempt(route, gateway, rule, _("Its rule removes the whole number"), cut)
    uri = request_uri(gateway, rule.prepend + kept)
    return Attempt(route, gateway, rule, _rule_in_words(rule), cut, kept, rule.prepend, uri)


def _rule_in_words(rule: GatewayRule) -> str:
    if not (rule.strip or rule.prepend):
        return _("numbers that begin with %(prefix)s are sent unchanged") % {"prefix": rule.prefix or _("any digits")}
    return rewriting_example(rule.prefix, rule.strip, rule.prepend)


def request_uri(gateway: Gateway, number: str) -> str:
    """Return the request URI (RFC 3261, section 19.1): IPv6 in brackets, the transport unless it is UDP."""
    host = f"[{gateway.ip}]" if ":" in gateway.ip else gateway.ip
    transport = "" if gateway.transport == "udp" else f";transport={gateway.transport}"
    return f"sip:{quote(number, safe=USER_SAFE)}@{host}:{gateway.port}{transport}"


def trace_call(plan: RoutingPlan, number: str, caller: str) -> Trace:
    """Trace a call through the plan; ``number`` is 00 and digits."""
    verdicts = judge_routes(plan.routes, number, caller)
    turns = list(_first_turns([verdict.route for verdict in verdicts if verdict.turn]))
    idle = [route for route in turns if not plan.gateways_of(route.carrier_id)]
    return Trace(number, verdicts, _attempts(plan, turns, number), idle, len(plan.routes) - len(verdicts))


def attempts_for(plan: RoutingPlan, number: str, caller: str) -> list[Attempt]:
    """List the attempts that can work, in order, without verdicts on the routes."""
    routes = sorted((route for route in plan.routes_for(number) if is_route_for_caller(route, caller)), key=route_order)
    return [attempt for attempt in _attempts(plan, _first_turns(routes), number) if attempt.uri]


def _attempts(plan: RoutingPlan, turns: Iterable[Route], number: str) -> list[Attempt]:
    return [
        try_gateway(route, gateway, plan.rules_of(gateway.id), number)
        for route in turns
        for gateway in plan.gateways_of(route.carrier_id)
    ]


def _first_turns(routes: list[Route]) -> Iterator[Route]:
    """Yield the first route of each carrier only: gateways that failed are not tried again."""
    seen: set[int] = set()
    for route in routes:
        if route.carrier_id not in seen:
            seen.add(route.carrier_id)
            yield route
