"""Findings about a routing plan: what is unusual or can never work (docs/routing.md), and their number in the menu."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ngnpro_wire.facts.telephone_numbers import MOST_DIGITS
from portal.core.navigation import forget_badge, is_badge_kept, keep_badge
from portal.core.viewer import Viewer
from portal.core.writes import Write
from portal.lcr.fields import PREFIX
from portal.lcr.plan import Member, RoutingPlan, name_with_number, read_small_plans
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import Gateway, GatewayRule, Route

LONGEST_NUMBER = MOST_DIGITS + 2
PAGE = "lcr:lint:page"


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding about a record: the URL name and number of its page, its name, the reason, and its reseller.

    ``bad`` is true for what can never work, false for what is only unusual. ``more_keys`` are further parts of the
    page's address.
    """

    page: str
    key: int | str
    name: str
    why: str
    bad: bool = True
    reseller: int = 0
    more_keys: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The address of the page of the record."""
        return reverse(self.page, args=[self.key, *self.more_keys])


def findings_of_plans(plans: Mapping[int, RoutingPlan]) -> list[Finding]:
    """List the findings about several resellers' plans, what can never work first."""
    found = [finding for plan in plans.values() for finding in findings_of_plan(plan)]
    return sorted(found, key=lambda finding: not finding.bad)


def findings_of_plan(plan: RoutingPlan) -> list[Finding]:
    """List the findings about a plan, what can never work first."""
    found = [*_routes(plan), *_carriers(plan), *_gateways(plan), *_rules(plan)]
    return sorted(found, key=lambda finding: not finding.bad)


def _routes(plan: RoutingPlan) -> Iterator[Finding]:
    alike = Counter((route.prefix, _who(route), route.priority) for route in plan.routes)
    shadows = _shadows(plan)
    for route in plan.routes:
        if not route.prefix:
            yield _of_route(route, _("Its prefix is empty: it takes calls to all numbers."), bad=False)
        elif not PREFIX.fullmatch(route.prefix):
            yield _of_route(route, _("Its prefix does not begin with 00 and a country code, but all numbers do."))
        if alike[route.prefix, _who(route), route.priority] > 1:
            why = _("Another route has the same prefix, originator and priority: the older one is tried first.")
            yield _of_route(route, why, bad=False)
        if shadow := shadows.get(route.id):
            words = {"id": shadow.id, "carrier": name_with_number(shadow.carrier, shadow.carrier_id)}
            why = _("It is never used: route %(id)s sends the same calls to %(carrier)s before it.")
            yield _of_route(route, why % words)
        if not plan.gateways_of(route.carrier_id):
            yield _of_route(route, _("It takes no calls: its carrier has no gateway."))


def _who(route: Route) -> str:
    return route.originator.strip().casefold()


def _shadows(plan: RoutingPlan) -> dict[int, Route]:
    """Map the id of each route that is never used to the earlier one that sends the same calls to its carrier."""
    groups: defaultdict[tuple[int, str], list[Route]] = defaultdict(list)
    for route in sorted(plan.routes, key=lambda one: (one.priority, not _who(one), one.id)):
        groups[route.carrier_id, route.prefix].append(route)
    found = {}
    for group in groups.values():
        first: dict[str, Route] = {}
        for route in group:
            if before := first.get("") or first.get(_who(route)):
                found[route.id] = before
            first.setdefault(_who(route), route)
    return found


def _carriers(plan: RoutingPlan) -> Iterator[Finding]:
    for carrier in plan.carriers:
        if not plan.gateways_of(carrier.id):
            why = _("It has no gateway: it takes no calls.")
            yield Finding("lcr:carriers:detail", carrier.id, carrier.name, why, reseller=carrier.reseller)


def _gateways(plan: RoutingPlan) -> Iterator[Finding]:
    prefixes = _prefixes(plan)
    for gateway in plan.gateways:
        rules = plan.rules_of(gateway.id)
        if gateway.carrier_id not in prefixes:
            yield _of_gateway(gateway, _("No route sends calls to its carrier: it is never used."))
        elif rules and not any(_is_sent(rule, prefixes[gateway.carrier_id]) for rule in rules):
            why = _("None of its rules matches the numbers that routes send to its carrier: it is never used.")
            yield _of_gateway(gateway, why)


def _prefixes(plan: RoutingPlan) -> dict[int, set[str]]:
    """Collect the prefixes of the routes to each carrier."""
    found = defaultdict(set)
    for route in plan.routes:
        found[route.carrier_id].add(route.prefix)
    return dict(found)


def _is_sent(rule: GatewayRule, prefixes: Iterable[str]) -> bool:
    """Return whether there can be a number that matches the rule and one of the prefixes of routes."""
    shortest = max(rule.min_length, len(rule.prefix))
    longest = min(rule.max_length or LONGEST_NUMBER, LONGEST_NUMBER)
    return any(
        max(shortest, len(prefix)) <= longest and (prefix.startswith(rule.prefix) or rule.prefix.startswith(prefix))
        for prefix in prefixes
    )


def _rules(plan: RoutingPlan) -> Iterator[Finding]:
    prefixes, carriers = _prefixes(plan), {gateway.id: gateway.carrier_id for gateway in plan.gateways}
    for rule in plan.rules:
        sent = prefixes.get(carriers.get(rule.gateway_id, 0))
        if why := _why_never(rule) or _why_not_its_turn(rule, plan.rules_of(rule.gateway_id)):
            yield _of_rule(rule, why)
        elif sent is not None and not _is_sent(rule, sent):
            yield _of_rule(rule, _("No route sends such numbers to its carrier."))


def _why_never(rule: GatewayRule) -> str:
    """Return why a rule can match no number, or leaves nothing of any number; empty if it can work."""
    if rule.prefix and not PREFIX.fullmatch(rule.prefix):
        return _("Its prefix does not begin with 00 and a country code, but all numbers do.")
    if rule.max_length and rule.max_length < len(rule.prefix):
        return _("Its longest number is shorter than its prefix.")
    if rule.min_length > LONGEST_NUMBER:
        return _("No number is as long as its shortest: the longest have 17 digits, with 00.")
    if rule.min_length > rule.max_length > 0:
        return _("Its longest number is shorter than its shortest.")
    if rule.strip >= (rule.max_length or LONGEST_NUMBER) and not rule.prepend:
        return _("It removes the whole of every number.")
    return ""


def _why_not_its_turn(rule: GatewayRule, rules: Iterable[GatewayRule]) -> str:
    """Return which older rule of the gateway matches all its numbers; empty if none does."""
    for other in rules:
        most, others = rule.max_length or LONGEST_NUMBER, other.max_length or LONGEST_NUMBER
        wider = other.min_length <= rule.min_length and most <= others
        if other.id < rule.id and other.prefix == rule.prefix and wider:
            return _("Rule %(id)s is older and matches all its numbers.") % {"id": other.id}
    return ""


def _of_route(route: Route, why: str, bad: bool = True) -> Finding:
    name = f"{route.prefix or _('All numbers')} → {name_with_number(route.carrier, route.carrier_id)}"
    return Finding("lcr:routes:edit", route.id, name, why, bad, route.reseller)


def _of_gateway(gateway: Gateway, why: str) -> Finding:
    name = f"{gateway.name} ({name_with_number(gateway.carrier, gateway.carrier_id)})"
    return Finding("lcr:gateways:detail", gateway.id, name, why, reseller=gateway.reseller)


def _of_rule(rule: GatewayRule, why: str) -> Finding:
    name = f"{rule.prefix or _('All numbers')}, {name_with_number(rule.gateway, rule.gateway_id)}"
    return Finding("lcr:rules:edit", rule.id, name, why, reseller=rule.reseller)


def count_findings(ngnpro: Ngnpro, viewer: Viewer) -> None:
    """Count the findings for the menu, unless the number is cached: four calls, or none if the routing is too large.

    A failure is ignored, so that the page that shows the number is shown without it.
    """
    if is_badge_kept(viewer, PAGE):
        return
    try:
        plans = read_small_plans(ngnpro, viewer.own_customer)
    except errors.NgnproError:
        return
    keep_badge(viewer, PAGE, None if plans is None else len(findings_of_plans(plans)))


def forget_count(sender: object, write: Write, **_: Any) -> None:
    """Discard the cached numbers after a write (``portal.core.writes.ended``) of the routing."""
    if isinstance(write.before, Member) or isinstance(write.after, Member):
        forget_badge(PAGE)
