"""Calls of the Sip port about carriers, gateways, gateway rules and trusted peers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from portal.ngnpro.records.lcr import TrustedPeer, TrustedPeerFilter

from ...lost import find_like
from ...query import OrderBy, Query, Range, RecordPage
from ...records.lcr import Carrier, CarrierFilter, Gateway, GatewayFilter, GatewayRule, GatewayRuleFilter
from ..base import PAGE_SIZE, Sip, iterate_records


class Carriers(Sip):
    """Calls to add, replace, delete and list carriers."""

    def add_carrier(self, carrier: Carrier) -> Carrier:
        """Add a carrier and return it as stored, with its id; ``AlreadyExists`` if the name exists already."""
        conditions = CarrierFilter(name=carrier.name, reseller=carrier.reseller)
        return self._add("addCarrier", "carrier", carrier, lambda: find_like(carrier, self.iter_carriers(conditions)))

    def update_carrier(self, carrier: Carrier) -> Carrier:
        """Replace a carrier and return it as stored; ``Missing`` if it does not exist."""
        return self._update("updateCarrier", "carrier", carrier, partial(self.find_carrier, carrier.id))

    def delete_carrier(self, carrier: int) -> None:
        """Delete a carrier by id; ``InUse`` while it has gateways or routes."""
        self._delete("deleteCarrier", partial(self.find_carrier, carrier), id=carrier)

    def get_carriers(self, query: Query[CarrierFilter] | None = None) -> RecordPage[Carrier]:
        """List carriers; sorted by ``changeDate`` or ``name``."""
        return self._page("getCarriers", "carriers", Carrier, query)

    def iter_carriers(
        self,
        conditions: CarrierFilter | None = None,
        order_by: OrderBy | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[Carrier]:
        """Yield every carrier that meets the conditions, page by page."""
        return iterate_records(self.get_carriers, conditions, order_by or OrderBy("name"), page_size)

    def find_carrier(self, carrier: int) -> Carrier | None:
        """Return one carrier by id, or ``None``; it is searched in the list of carriers."""
        page = self.get_carriers(Query(filter=CarrierFilter(id=carrier), range=Range(0, 1)))
        return next((found for found in page.items if found.id == carrier), None)


class Gateways(Sip):
    """Calls to add, replace, delete and list gateways."""

    def add_gateway(self, gateway: Gateway) -> Gateway:
        """Add a gateway and return it as stored, with its id; ``AlreadyExists`` if the name exists already."""
        conditions = GatewayFilter(name=gateway.name, carrier_id=gateway.carrier_id)
        return self._add("addGateway", "gateway", gateway, lambda: find_like(gateway, self.iter_gateways(conditions)))

    def update_gateway(self, gateway: Gateway) -> Gateway:
        """Replace a gateway and return it as stored; ``Missing`` if it does not exist."""
        return self._update("updateGateway", "gateway", gateway, partial(self.find_gateway, gateway.id))

    def delete_gateway(self, gateway: int) -> None:
        """Delete a gateway by id; ``InUse`` while it has rules."""
        self._delete("deleteGateway", partial(self.find_gateway, gateway), id=gateway)

    def get_gateways(self, query: Query[GatewayFilter] | None = None) -> RecordPage[Gateway]:
        """List gateways; sorted by ``changeDate``, ``name``, ``carrier_id`` or ``ip``."""
        return self._page("getGateways", "gateways", Gateway, query)

    def iter_gateways(
        self,
        conditions: GatewayFilter | None = None,
        order_by: OrderBy | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[Gateway]:
        """Yield every gateway that meets the conditions, page by page."""
        return iterate_records(self.get_gateways, conditions, order_by or OrderBy("name"), page_size)

    def find_gateway(self, gateway: int) -> Gateway | None:
        """Return one gateway by id, or ``None``; it is searched in the list of gateways."""
        page = self.get_gateways(Query(filter=GatewayFilter(id=gateway), range=Range(0, 1)))
        return next((found for found in page.items if found.id == gateway), None)


class Rules(Sip):
    """Calls to add, replace, delete and list gateway rules."""

    def add_gateway_rule(self, rule: GatewayRule) -> GatewayRule:
        """Add a rule and return it as stored, with its id."""
        conditions = GatewayRuleFilter(gateway_id=rule.gateway_id)
        return self._add("addGatewayRule", "rule", rule, lambda: find_like(rule, self.iter_gateway_rules(conditions)))

    def update_gateway_rule(self, rule: GatewayRule) -> GatewayRule:
        """Replace a rule and return it as stored; ``Missing`` if it does not exist."""
        return self._update("updateGatewayRule", "rule", rule, partial(self.find_gateway_rule, rule.id))

    def delete_gateway_rule(self, rule: int) -> None:
        """Delete a rule by id; ``Missing`` if it does not exist."""
        self._delete("deleteGatewayRule", partial(self.find_gateway_rule, rule), id=rule)

    def get_gateway_rules(self, query: Query[GatewayRuleFilter] | None = None) -> RecordPage[GatewayRule]:
        """List gateway rules; sorted by ``changeDate``, ``gateway``, ``carrier`` or ``prefix``."""
        return self._page("getGatewayRules", "gateway_rules", GatewayRule, query)

    def iter_gateway_rules(
        self,
        conditions: GatewayRuleFilter | None = None,
        order_by: OrderBy | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[GatewayRule]:
        """Yield every gateway rule that meets the conditions, page by page."""
        return iterate_records(self.get_gateway_rules, conditions, order_by or OrderBy("prefix"), page_size)

    def find_gateway_rule(self, rule: int) -> GatewayRule | None:
        """Return one rule by id, or ``None``; it is searched in the list of rules."""
        page = self.get_gateway_rules(Query(filter=GatewayRuleFilter(id=rule), range=Range(0, 1)))
        return next((found for found in page.items if found.id == rule), None)


class Peers(Sip):
    """Calls to add, replace, delete and list trusted peers."""

    def add_trusted_peer(self, peer: TrustedPeer) -> TrustedPeer:
        """Add a trusted peer and return it as stored; ``AlreadyExists`` if its address exists already."""
        return self._add("addTrustedPeer", "peer", peer, partial(self.find_trusted_peer, peer.ip))

    def update_trusted_peer(self, peer: TrustedPeer) -> TrustedPeer:
        """Replace a trusted peer and return it as stored; ``Missing`` if it does not exist."""
        return self._update("updateTrustedPeer", "peer", peer, partial(self.find_trusted_peer, peer.ip))

    def delete_trusted_peer(self, ip: str) -> None:
        """Delete a trusted peer by address; ``Missing`` if it does not exist."""
        self._delete("deleteTrustedPeer", partial(self.find_trusted_peer, ip), ip=ip)

    def get_trusted_peers(self, query: Query[TrustedPeerFilter] | None = None) -> RecordPage[TrustedPeer]:
        """List trusted peers; sorted by ``changeDate``, ``description`` or ``ip``."""
        return self._page("getTrustedPeers", "peers", TrustedPeer, query)

    def iter_trusted_peers(
        self,
        conditions: TrustedPeerFilter | None = None,
        order_by: OrderBy | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[TrustedPeer]:
        """Yield every trusted peer that meets the conditions, page by page."""
        return iterate_records(self.get_trusted_peers, conditions, order_by or OrderBy("ip"), page_size)

    def find_trusted_peer(self, ip: str) -> TrustedPeer | None:
        """Return one trusted peer by address, or ``None``; the lists without and with Microsoft Teams are searched."""
        wanted = ip.strip().lower()
        for msteams in (False, True):
            conditions = TrustedPeerFilter(ip=wanted, msteams=msteams)
            page = self.get_trusted_peers(Query(filter=conditions, range=Range(0, 5)))
            for found in page.items:
                if found.ip.lower() == wanted:
                    return found
        return None
