"""The whole routing plan of one reseller, or of the platform itself: read at once, and as it would be after changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from portal.ngnpro import Ngnpro, Query, Range
from portal.ngnpro.records import (
    Carrier,
    CarrierFilter,
    Gateway,
    GatewayFilter,
    GatewayRule,
    GatewayRuleFilter,
    Route,
    RouteFilter,
)

PAGE_SIZE = 1000
NEW = 2_147_483_647  # the number of a record that has none yet: the youngest
Member = Carrier | Gateway | GatewayRule | Route
T = TypeVar("T", bound=Member)
# A record as it is and as it is to be; without the one it is added, without the other deleted.
Change = tuple[Member | None, Member | None]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Carriers, their gateways, the gateways' rules, and the routes to the carriers."""

    carriers: tuple[Carrier, ...] = ()
    gateways: tuple[Gateway, ...] = ()
    rules: tuple[GatewayRule, ...] = ()
    routes: tuple[Route, ...] = ()

    def gateways_of(self, carrier: int) -> Sequence[Gateway]:
        """List a carrier's gateways in the order in which they were added."""
        return self._gateways.get(carrier, ())

    def rules_of(self, gateway: int) -> Sequence[GatewayRule]:
        """List a gateway's rules in the order in which they were added."""
        return self._rules.get(gateway, ())

    def routes_for(self, number: str) -> list[Route]:
        """List the routes whose prefix the number begins with."""
        return [route for length in range(len(number) + 1) for route in self._routes.get(number[:length], ())]

    @cached_property
    def names(self) -> Mapping[int, str]:
        """The carriers' names by number."""
        return {carrier.id: carrier.name for carrier in self.carriers}

    @cached_property
    def _routes(self) -> Mapping[str, list[Route]]:
        found = defaultdict(list)
        for route in self.routes:
            found[route.prefix].append(route)
        return found

    @cached_property
    def _gateways(self) -> Mapping[int, list[Gateway]]:
        found = defaultdict(list)
        for gateway in sorted(self.gateways, key=lambda one: one.id):
            found[gateway.carrier_id].append(gateway)
        return found

    @cached_property
    def _rules(self) -> Mapping[int, list[GatewayRule]]:
        found = defaultdict(list)
        for rule in sorted(self.rules, key=lambda one: one.id):
            found[rule.gateway_id].append(rule)
        return found


def named(name: str, number: int) -> str:
    """Name a record with its number, also one that has none yet."""
    return f"{name} ({_('new') if number == NEW else number})"


def read_plan(ngnpro: Ngnpro, reseller: int) -> Plan:
    """Read what one reseller has; 0 is the platform's own. Four lists, a thousand records a call."""
    return read_plans(ngnpro, reseller).get(reseller, Plan())


def read_plans(ngnpro: Ngnpro, reseller: int = 0) -> dict[int, Plan]:
    """Read the plans of one reseller, or with 0 of everybody whom the caller sees, by reseller."""
    sip = ngnpro.sip
    return _plans(
        sip.iter_carriers(CarrierFilter(reseller=reseller), page_size=PAGE_SIZE),
        sip.iter_gateways(GatewayFilter(reseller=reseller), page_size=PAGE_SIZE),
        sip.iter_gateway_rules(GatewayRuleFilter(reseller=reseller), page_size=PAGE_SIZE),
        sip.iter_routes(RouteFilter(reseller=reseller), page_size=PAGE_SIZE),
    )


def read_small_plans(ngnpro: Ngnpro, reseller: int = 0) -> dict[int, Plan] | None:
    """Read the same in four calls; ``None`` where a list is longer than one call gives."""
    sip, window = ngnpro.sip, Range(0, PAGE_SIZE)
    carriers = sip.get_carriers(Query(filter=CarrierFilter(reseller=reseller), range=window))
    gateways = sip.get_gateways(Query(filter=GatewayFilter(reseller=reseller), range=window))
    rules = sip.get_gateway_rules(Query(filter=GatewayRuleFilter(reseller=reseller), range=window))
    routes = sip.get_routes(Query(filter=RouteFilter(reseller=reseller), range=window))
    if any(page.total > PAGE_SIZE for page in (carriers, gateways, rules, routes)):
        return None
    return _plans(carriers, gateways, rules, routes)


def _plans(
    carriers: Iterable[Carrier], gateways: Iterable[Gateway], rules: Iterable[GatewayRule], routes: Iterable[Route]
) -> dict[int, Plan]:
    """Sort records into plans by reseller."""
    by_reseller = _by_reseller(carriers), _by_reseller(gateways), _by_reseller(rules), _by_reseller(routes)
    own_carriers, own_gateways, own_rules, own_routes = by_reseller
    return {
        number: Plan(
            carriers=tuple(own_carriers[number]),
            gateways=tuple(own_gateways[number]),
            rules=tuple(own_rules[number]),
            routes=tuple(own_routes[number]),
        )
        for number in sorted({reseller for records in by_reseller for reseller in records})
    }


def _by_reseller(records: Iterable[T]) -> defaultdict[int, list[T]]:
    found: defaultdict[int, list[T]] = defaultdict(list)
    for record in records:
        found[record.reseller].append(record)
    return found


def changed(plan: Plan, changes: Iterable[Change]) -> Plan:
    """Give the plan as it would be after changes; a record without a number becomes the youngest of its kind."""
    for before, after in changes:
        plan = _changed(plan, before, after)
    return plan


def _changed(plan: Plan, before: Member | None, after: Member | None) -> Plan:
    match after or before:
        case Carrier():
            return replace(plan, carriers=_put(plan.carriers, before, after))
        case Gateway():
            return replace(plan, gateways=_put(plan.gateways, before, after))
        case GatewayRule():
            return replace(plan, rules=_put(plan.rules, before, after))
        case Route():
            return replace(plan, routes=_put(plan.routes, before, after))
    return plan


def _put(records: tuple[T, ...], before: Member | None, after: Member | None) -> tuple[T, ...]:
    kept = [record for record in records if before is None or record.id != before.id]
    new: list[Any] = [] if after is None else [replace(after, id=after.id or NEW)]
    return (*kept, *new)
