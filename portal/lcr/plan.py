"""The routing plan of a reseller or of the platform: fetched as a whole, as it would be after changes, and by host.

Gateways and trusted peers are found by host for pages that delete the one but not the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.hosts import normal_host
from portal.core.dependents import Dependents, count_records
from portal.core.resources import Reference
from portal.lcr.fields import MOST_NAMES
from portal.ngnpro import Ngnpro, Query, Range, errors
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
NEW = 2_147_483_647  # the largest number; the placeholder for a record that is not added yet, and so is the newest
Member = Carrier | Gateway | GatewayRule | Route
T = TypeVar("T", bound=Member)
# A record before and after a change: without the first it is added, without the second deleted.
Change = tuple[Member | None, Member | None]
# How files name the carrier of a gateway or route, and the gateway of a rule.
CARRIER_BY_NAME = Reference(
    number="carrier_id",
    name="carrier",
    label=gettext_lazy("Carrier"),
    find=lambda ngnpro, name: ngnpro.sip.iter_carriers(CarrierFilter(name=name)),
)
GATEWAY_BY_NAME = Reference(
    number="gateway_id",
    name="gateway",
    label=gettext_lazy("Gateway"),
    find=lambda ngnpro, name: ngnpro.sip.iter_gateways(GatewayFilter(name=name)),
)


@dataclass(frozen=True, kw_only=True)
class RoutingPlan:
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


def name_with_number(name: str, number: int | str) -> str:
    """Return the name of a record with its number in brackets, or "new" for one that has none yet."""
    return f"{name} ({_('new') if number == NEW else number})"


def rewriting_example(prefix: str, strip: int, prepend: str) -> str:
    """Return how a number is rewritten, as in ``0049… → 0…``; x stands for a digit that differs between numbers."""
    before = prefix.ljust(strip, "x")
    return f"{before}… → {prepend}{before[strip:]}…"


def find_by_number(find: Callable[[int], T | None], key: str) -> T | None:
    """Return the record with a number; ``None``, without a call, for a number that NGNPro cannot have assigned."""
    return find(int(key)) if 0 < int(key) <= NEW else None


def read_plan(ngnpro: Ngnpro, reseller: int) -> RoutingPlan:
    """Fetch the plan of one reseller, or of the platform itself (0): four lists, a thousand records per call."""
    return read_plans(ngnpro, reseller).get(reseller, RoutingPlan())


def read_plans(ngnpro: Ngnpro, reseller: int = 0) -> dict[int, RoutingPlan]:
    """Fetch plans by reseller: that of one reseller, or with 0 all that the caller may see."""
    sip = ngnpro.sip
    return _plans(
        sip.iter_carriers(CarrierFilter(reseller=reseller), page_size=PAGE_SIZE),
        sip.iter_gateways(GatewayFilter(reseller=reseller), page_size=PAGE_SIZE),
        sip.iter_gateway_rules(GatewayRuleFilter(reseller=reseller), page_size=PAGE_SIZE),
        sip.iter_routes(RouteFilter(reseller=reseller), page_size=PAGE_SIZE),
    )


def read_small_plans(ngnpro: Ngnpro, reseller: int = 0) -> dict[int, RoutingPlan] | None:
    """Fetch plans as ``read_plans`` does, in four calls; ``None`` if a list is longer than one call returns."""
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
) -> dict[int, RoutingPlan]:
    """Group records into plans by reseller."""
    by_reseller = _by_reseller(carriers), _by_reseller(gateways), _by_reseller(rules), _by_reseller(routes)
    own_carriers, own_gateways, own_rules, own_routes = by_reseller
    return {
        number: RoutingPlan(
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


def apply_changes(plan: RoutingPlan, changes: Iterable[Change]) -> RoutingPlan:
    """Return the plan as it would be after changes; a record without a number becomes the newest of its kind."""
    for before, after in changes:
        plan = _apply_change(plan, before, after)
    return plan


def _apply_change(plan: RoutingPlan, before: Member | None, after: Member | None) -> RoutingPlan:
    match after or before:
        case Carrier():
            return replace(plan, carriers=_replace_record(plan.carriers, before, after))
        case Gateway():
            return replace(plan, gateways=_replace_record(plan.gateways, before, after))
        case GatewayRule():
            return replace(plan, rules=_replace_record(plan.rules, before, after))
        case Route():
            return replace(plan, routes=_replace_record(plan.routes, before, after))
    return plan


def _replace_record(records: tuple[T, ...], before: Member | None, after: Member | None) -> tuple[T, ...]:
    kept = [record for record in records if before is None or record.id != before.id]
    new: list[Any] = [] if after is None else [replace(after, id=after.id or NEW)]
    return (*kept, *new)


@dataclass(frozen=True, slots=True)
class WantedRoute:
    """A route and what it needs: a carrier and a gateway with a number exist, those without are to be added.

    Without a ``rule`` the gateway gets numbers unchanged.
    """

    carrier: Carrier
    gateway: Gateway
    rule: GatewayRule | None
    route: Route

    def changes(self) -> list[Change]:
        """Return what is added to the routing plan; new records have the number of the newest."""
        carrier = replace(self.carrier, id=self.carrier.id or NEW)
        gateway = replace(self.gateway, id=self.gateway.id or NEW, carrier_id=carrier.id)
        added: list[Member] = []
        added += [] if self.carrier.id else [carrier]
        added += [] if self.gateway.id else [gateway]
        added += [replace(self.rule, gateway_id=gateway.id)] if self.rule else []
        added += [replace(self.route, carrier_id=carrier.id, carrier=carrier.name)]
        return [(None, record) for record in added]


def same_host(one: str, other: str) -> bool:
    """Return whether two hosts are the same, whatever their notation."""
    try:
        return normal_host(one) == normal_host(other)
    except ValueError:
        return one.strip().lower() == other.strip().lower()


def routes_to_carrier(ngnpro: Ngnpro, carrier: int) -> tuple[int | None, str]:
    """Count the routes to a carrier, and return the count with the URL of their list."""
    url = f"{reverse('lcr:routes:list')}?carrier={carrier}"
    return count_records(ngnpro.sip.get_routes, RouteFilter(carrier_id=carrier)), url


def peers_with_host(ngnpro: Ngnpro, host: str) -> Iterator[Dependents]:
    """Yield the trusted peer with a host; with an unknown count if NGNPro does not return whether it exists."""
    try:
        peer = ngnpro.sip.find_trusted_peer(host)
    except errors.NotOffered:
        return
    except errors.NgnproError:
        yield Dependents(None, _("Trusted peers with the host %(ip)s") % {"ip": host})
        return
    if peer is not None:
        name = _("Trusted peer %(name)s") % {"name": peer.description or peer.ip}
        yield Dependents(1, name, reverse("lcr:peers:detail", args=[peer.ip]), _("It may call without a password."))


def gateways_with_host(ngnpro: Ngnpro, host: str) -> Iterator[Dependents]:
    """Yield the gateways with a host, among the first thousand; with an unknown count if NGNPro does not list them."""
    try:
        gateways = ngnpro.sip.get_gateways(Query(range=Range(0, MOST_NAMES)))
    except errors.NotOffered:
        return
    except errors.NgnproError:
        yield Dependents(None, _("Gateways with the host %(ip)s") % {"ip": host})
        return
    for gateway in gateways:
        if same_host(gateway.ip, host):
            name = _("Gateway %(name)s") % {"name": name_with_number(gateway.name, gateway.id)}
            url = reverse("lcr:gateways:detail", args=[gateway.id])
            yield Dependents(1, name, url, _("Calls are still sent there."))
