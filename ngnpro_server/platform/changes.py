"""Which tables of the SIP proxy an operation changes, of those that the proxy holds in its memory."""

from __future__ import annotations

from ngnpro_server.call import Call, LoadTables
from ngnpro_server.store import loads
from ngnpro_wire.proxies import ADDRESSES, DOMAINS, ROUTING

_ROUTING, _PEERS, _GATEWAYS, _DOMAINS = (ROUTING,), (ADDRESSES,), (ROUTING, ADDRESSES), (DOMAINS,)
TOPICS: dict[str, tuple[str, ...]] = {
    "addDomain": _DOMAINS,
    "updateDomain": _DOMAINS,
    "deleteDomain": _DOMAINS,
    "addTrustedPeer": _PEERS,
    "updateTrustedPeer": _PEERS,
    "deleteTrustedPeer": _PEERS,
    "addCarrier": _ROUTING,
    "updateCarrier": _ROUTING,
    "deleteCarrier": _ROUTING,
    "addGateway": _GATEWAYS,
    "updateGateway": _GATEWAYS,
    "deleteGateway": _GATEWAYS,
    "addGatewayRule": _ROUTING,
    "updateGatewayRule": _ROUTING,
    "deleteGatewayRule": _ROUTING,
    "addRoutes": _ROUTING,
    "updateRoutes": _ROUTING,
    "deleteRoutes": _ROUTING,
}


def note_changes(call: Call, operation: str) -> None:
    """Record that an operation changed what the proxies hold, and order the proxies to load it."""
    for topic in TOPICS.get(operation, ()):
        loads.record_change(call.connection, topic, call.now)
        call.orders.append(LoadTables(topic))
