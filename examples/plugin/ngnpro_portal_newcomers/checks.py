"""A check of the routing: two gateways that are the same host."""

from __future__ import annotations

from portal.lcr.findings import Finding
from portal.lcr.lint.reports import Report
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import Gateway, GatewayFilter


def gateways_of_one_host(ngnpro: Ngnpro, reseller: int) -> Report:
    """Report the gateways that have the address and the port of an older one."""
    first: dict[tuple[str, int, str], Gateway] = {}
    found = []
    for gateway in ngnpro.sip.iter_gateways(GatewayFilter(reseller=reseller)):
        older = first.setdefault((gateway.ip, gateway.port, gateway.transport), gateway)
        if older is not gateway:
            why = f"It is the same host as {older.name}: a call that one refuses is offered to it again."
            found.append(
                Finding("lcr:gateways:detail", gateway.id, gateway.name, why, bad=False, reseller=gateway.reseller)
            )
    return Report(found)
