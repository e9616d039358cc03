"""Where a call goes: the rules of docs/routing.md as pure functions over a routing plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from urllib.parse import quote

from django.utils.translation import gettext as _

from portal.lcr.plan import Plan, named
from portal.ngnpro.records import Gateway, GatewayRule, Route

MOST_SKIPPED = 25
USER_SAFE = "+*;=.-&$,?/!~'()"  # RFC 3261, section 25.1: what stands for itself in the user part


@dataclass(frozen=True, slots=True)
class RouteLook:
    """A route, the place it has among those that take the call (0: it does not), and why."""

    route: Route
    turn: int
    why: str

    @property
    def carrier(self) -> str:
        return named(self.route.carrier, self.route.carrier_id)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One gateway asked to take the call. ``uri`` is empty when it is passed over, and ``why`` says why.

    ``cut`` and ``kept`` are the two parts of the number before it is rewritten, ``put`` what comes in front instead.
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
        return named(self.route.carrier, self.route.carrier_id)

    @property
    def gateway_name(self) -> str:
        return named(self.gateway.name, self.gateway.id)


@dataclass(frozen=True, slots=True)
class Trace:
    """A call's whole way: the number as 00 and digits, routes with their reasons, all attempts in order.

    ``idle`` are carriers whose turn comes and who have no gateway. ``unlisted`` counts the routes that are not shown:
    they are for other numbers.
    """

    number: str
    routes: list[RouteLook]
    attempts: list[Attempt]
    idle: list[Route]
    unlisted: int = 0

    @property
    def taken(self) -> list[Attempt]:
        """The attempts that can work, in order: the first is where the call goes, the others stand by."""
        return [attempt for attempt in self.attempts if attempt.uri]

    @property
    def first_steps(self) -> list[Attempt]:
        """The attempts up to the first that can work."""
        if not self.taken:
            return self.attempts
        return self.attempts[: self.attempts.index(self.taken[0]) + 1]

    @property
    def later_steps(self) -> list[Attempt]:
        """The attempts after that, for when it fails."""
        return self.attempts[len(self.first_steps) :]

    @property
    def idle_carriers(self) -> list[str]:
        return [named(route.carrier, route.carrier_id) for route in self.idle]

    @property
    def considered(self) -> int:
        return len(self.routes) + self.unlisted

    @property
    def kept(self) -> int:
        return sum(look.turn > 0 for look in self.routes)


def is_for(route: Route, caller: str) -> bool:
    """Say whether a route is for this caller: for everybody, for his address, his domain, or a peer's word."""
    wanted, who = route.originator.strip().casefold(), caller.strip().casefold().removeprefix("sip:")
    return not wanted or wanted in (who, who.rpartition("@")[2])


def order_of(route: Route) -> tuple[int, int, bool, int]:
    """Give what orders the routes that match: prefix length, priority, the caller's own first, age."""
    return -len(route.prefix), route.priority, not route.originator.strip(), route.id


def look_at_routes(routes: tuple[Route, ...], number: str, caller: str) -> list[RouteLook]:
    """Say of routes whether they take the call, as which, and why; those that do come first, in order.

    Of those for other numbers only the nearest are looked at: a platform may have thousands.
    """
    matching = [route for route in routes if number.startswith(route.prefix)]
    fit = sorted((route for route in matching if is_for(route, caller)), key=order_of)
    others = [
        (route, _("Only for calls of %(who)s") % {"who": route.originator}) for route in matching if route not in fit
    ]
    others += [
        (route, _("The number does not begin with %(prefix)s") % {"prefix": route.prefix})
        for route in _nearest(routes, number)
    ]
    looks = [RouteLook(route, turn, _why(fit, turn)) for turn, route in enumerate(fit, 1)]
    return looks + [RouteLook(route, 0, why) for route, why in others]


def _nearest(routes: tuple[Route, ...], number: str) -> list[Route]:
    """List the routes for other numbers that have most digits in common with this one, by prefix."""
    others = [route for route in routes if not number.startswith(route.prefix)]
    near = nsmallest(MOST_SKIPPED, others, key=lambda route: (-_in_common(route.prefix, number), route.prefix))
    return sorted(near, key=lambda route: route.prefix)


def _in_common(one: str, other: str) -> int:
    """Count the first characters that are the same."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(map(len, (one, other)))
    )


def _why(fit: list[Route], turn: int) -> str:
    """Say why a route has its turn: what sets it apart from the one before."""
    route = fit[turn - 1]
    if turn == 1:
        return _first_reason(route, fit[1:])
    before = fit[turn - 2]
    if len(route.prefix) < len(before.prefix):
        return _("Shorter prefix, used when those above fail")
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


def misfit(rule: GatewayRule, number: str) -> str:
    """Say why a rule is not for a number; empty when it is."""
    if not number.startswith(rule.prefix):
        return _("it is for %(prefix)s") % {"prefix": rule.prefix}
    words = {"digits": len(number), "shortest": rule.min_length, "longest": rule.max_length}
    if rule.min_length and len(number) < rule.min_length:
        return _("it takes %(shortest)s digits or more; this number has %(digits)s") % words
    if rule.max_length and len(number) > rule.max_length:
        return _("it takes %(longest)s digits or fewer; this number has %(digits)s") % words
    return ""


def choose_rule(rules: Sequence[GatewayRule], number: str) -> GatewayRule | None:
    """Choose the rule with the longest prefix among those that are for the number; the older of two alike."""
    fit = [rule for rule in rules if not misfit(rule, number)]
    return min(fit, key=lambda rule: (-len(rule.prefix), rule.id), default=None)


def try_gateway(route: Route, gateway: Gateway, rules: Sequence[GatewayRule], number: str) -> Attempt:
    """Ask one gateway to take the call, by the rule that is for the number."""
    if not rules:
        return Attempt(
            route,
            gateway,
            None,
            _("It has no rule, so the number is sent as it is"),
            "",
            number,
            "",
            uri_of(gateway, number),
        )
    rule = choose_rule(rules, number)
    if rule is None:
        reasons = "; ".join(_("rule %(id)s: %(why)s") % {"id": one.id, "why": misfit(one, number)} for one in rules)
        return Attempt(route, gateway, None, _("None of its rules is for this number: %(why)s") % {"why": reasons})
    cut, kept = number[: rule.strip], number[rule.strip :]
    if not rule.prepend + kept:
        return Attempt(route, gateway, rule, _("Its rule cuts off the whole number"), cut)
    uri = uri_of(gateway, rule.prepend + kept)
    return Attempt(route, gateway, rule, _rule_in_words(rule), cut, kept, rule.prepend, uri)


def _rule_in_words(rule: GatewayRule) -> str:
    words = {"prefix": rule.prefix or _("all numbers"), "strip": rule.strip, "prepend": rule.prepend or "–"}
    return _("prefix %(prefix)s, cut off %(strip)s, put before %(prepend)s") % words


def uri_of(gateway: Gateway, number: str) -> str:
    """Write the request URI (RFC 3261, section 19.1): IPv6 in brackets, the transport where it is not UDP."""
    host = f"[{gateway.ip}]" if ":" in gateway.ip else gateway.ip
    transport = "" if gateway.transport == "udp" else f";transport={gateway.transport}"
    return f"sip:{quote(number, safe=USER_SAFE)}@{host}:{gateway.port}{transport}"


def follow(plan: Plan, number: str, caller: str) -> Trace:
    """Follow a call through the plan; ``number`` is 00 and digits."""
    looks = look_at_routes(plan.routes, number, caller)
    turns = list(_first_turns([look.route for look in looks if look.turn]))
    idle = [route for route in turns if not plan.gateways_of(route.carrier_id)]
    return Trace(number, looks, _attempts(plan, turns, number), idle, len(plan.routes) - len(looks))


def way_of(plan: Plan, number: str, caller: str) -> list[Attempt]:
    """List the attempts that can work, in order, without the reasons of all the routes that are not for the call."""
    routes = sorted((route for route in plan.routes_for(number) if is_for(route, caller)), key=order_of)
    return [attempt for attempt in _attempts(plan, _first_turns(routes), number) if attempt.uri]


def _attempts(plan: Plan, turns: Iterable[Route], number: str) -> list[Attempt]:
    return [
        try_gateway(route, gateway, plan.rules_of(gateway.id), number)
        for route in turns
        for gateway in plan.gateways_of(route.carrier_id)
    ]


def _first_turns(routes: list[Route]) -> Iterator[Route]:
    """Give each carrier its first turn only: a gateway that failed is not asked again."""
    seen: set[int] = set()
    for route in routes:
        if route.carrier_id not in seen:
            seen.add(route.carrier_id)
            yield route
