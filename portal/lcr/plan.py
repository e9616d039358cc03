"""The whole routing plan of one reseller, or of the platform itself, read at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from portal.ngnpro import Ngnpro
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
T = TypeVar("T", Carrier, Gateway, GatewayRule, Route)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Carriers, their gateways, the gateways' rules, and the routes to the carriers."""

    carriers: tuple[Carrier, ...] = ()
    gateways: tuple[Gateway, ...] = ()
    rules: tuple[GatewayRule, ...] = ()
    routes: tuple[Route, ...] = ()

    def gateways_of(self, carrier: int) -> list[Gateway]:
        """List a carrier's gateways in the order in which they were added."""
        return sorted((one for one in self.gateways if one.carrier_id == carrier), key=lambda one: one.id)

    def rules_of(self, gateway: int) -> list[GatewayRule]:
        """List a gateway's rules in the order in which they were added."""
        return sorted((one for one in self.rules if one.gateway_id == gateway), key=lambda one: one.id)


def read_plan(ngnpro: Ngnpro, reseller: int) -> Plan:
    """Read what one reseller has; 0 is the platform's own. Four lists, a thousand records a call."""
    sip = ngnpro.sip
    return Plan(
        carriers=_of(reseller, sip.iter_carriers(CarrierFilter(reseller=reseller), page_size=PAGE_SIZE)),
        gateways=_of(reseller, sip.iter_gateways(GatewayFilter(reseller=reseller), page_size=PAGE_SIZE)),
        rules=_of(reseller, sip.iter_gateway_rules(GatewayRuleFilter(reseller=reseller), page_size=PAGE_SIZE)),
        routes=_of(reseller, sip.iter_routes(RouteFilter(reseller=reseller), page_size=PAGE_SIZE)),
    )


def _of(reseller: int, records: Iterable[T]) -> tuple[T, ...]:
    """Leave what is the reseller's: in a filter 0 asks for everybody's."""
    return tuple(record for record in records if record.reseller == reseller)
