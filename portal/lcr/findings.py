"""What in a routing plan is odd or can never work, by the rules of docs/routing.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.lcr.fields import MOST_DIGITS, PREFIX
from portal.lcr.plan import Plan
from portal.ngnpro.records import Gateway, GatewayRule, Route

LONGEST_NUMBER = MOST_DIGITS + 2


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a record: the URL name and number of its page, its name, and why.

    ``bad`` tells what can never work from what only looks odd.
    """

    page: str
    key: int
    name: str
    why: str
    bad: bool = True


def find_faults(plan: Plan) -> list[Finding]:
    """List all that is wrong with a plan, what can never work first."""
    found = [*_routes(plan), *_carriers(plan), *_gateways(plan), *_rules(plan)]
    return sorted(found, key=lambda finding: not finding.bad)


def _routes(plan: Plan) -> Iterator[Finding]:
    alike = Counter((route.prefix, route.originator.casefold(), route.priority) for route in plan.routes)
    for route in plan.routes:
        if not route.prefix:
            yield _of_route(route, _("Its prefix is empty: it takes calls to all numbers."), bad=False)
        elif not PREFIX.fullmatch(route.prefix):
            yield _of_route(route, _("Its prefix does not begin with 00 and a country code: no number does either."))
        if alike[route.prefix, route.originator.casefold(), route.priority] > 1:
            why = _("Another route has the same prefix, originator and priority: the older goes first.")
            yield _of_route(route, why, bad=False)
        if shadow := _shadow(plan, route):
            words = {"id": shadow.id, "carrier": shadow.carrier}
            why = _("It is never used: route %(id)s sends the same calls to %(carrier)s before it.")
            yield _of_route(route, why % words)


def _shadow(plan: Plan, route: Route) -> Route | None:
    """Find the route for the same calls, or for more callers, after which this one's carrier has had its turn."""
    for other in plan.routes:
        same = other.carrier_id == route.carrier_id and other.prefix == route.prefix and other.id != route.id
        covers = other.originator.casefold() in ("", route.originator.casefold())
        first = (other.priority, not other.originator, other.id) < (route.priority, not route.originator, route.id)
        if same and covers and first:
            return other
    return None


def _carriers(plan: Plan) -> Iterator[Finding]:
    with_gateways = {gateway.carrier_id for gateway in plan.gateways}
    for carrier in plan.carriers:
        if carrier.id not in with_gateways:
            yield Finding("lcr:carriers:detail", carrier.id, carrier.name, _("It has no gateway: it takes no calls."))


def _gateways(plan: Plan) -> Iterator[Finding]:
    routed = {route.carrier_id for route in plan.routes}
    for gateway in plan.gateways:
        if gateway.carrier_id not in routed:
            yield _of_gateway(gateway, _("No route leads to its carrier: nobody uses it."))


def _rules(plan: Plan) -> Iterator[Finding]:
    for rule in plan.rules:
        if rule.prefix and not PREFIX.fullmatch(rule.prefix):
            yield _of_rule(rule, _("Its prefix does not begin with 00 and a country code: no number does either."))
        elif rule.max_length and rule.max_length < len(rule.prefix):
            yield _of_rule(rule, _("Its longest number is shorter than its prefix."))
        elif rule.min_length > LONGEST_NUMBER:
            yield _of_rule(rule, _("No number is as long as its shortest: the longest have 17 digits, with 00."))
        elif rule.min_length > rule.max_length > 0:
            yield _of_rule(rule, _("Its longest number is shorter than its shortest."))


def _of_route(route: Route, why: str, bad: bool = True) -> Finding:
    return Finding("lcr:routes:edit", route.id, f"{route.prefix or _('All numbers')} → {route.carrier}", why, bad)


def _of_gateway(gateway: Gateway, why: str) -> Finding:
    return Finding("lcr:gateways:detail", gateway.id, f"{gateway.name} ({gateway.carrier})", why)


def _of_rule(rule: GatewayRule, why: str) -> Finding:
    return Finding("lcr:rules:edit", rule.id, f"{rule.prefix or _('All numbers')}, {rule.gateway}", why)
