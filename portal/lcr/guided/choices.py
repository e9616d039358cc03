"""What a new outbound route is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.lcr.plan import NEW, Change, Member
from portal.ngnpro.records import Carrier, Gateway, GatewayRule, Route


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be there: a carrier and a gateway with a number are there already, one without is to be made.

    Without a ``rule`` the gateway gets numbers as they are.
    """

    carrier: Carrier
    gateway: Gateway
    rule: GatewayRule | None
    route: Route

    def changes(self) -> list[Change]:
        """Say what the routing plan gains; what has no number yet has that of the youngest."""
        carrier = replace(self.carrier, id=self.carrier.id or NEW)
        gateway = replace(self.gateway, id=self.gateway.id or NEW, carrier_id=carrier.id)
        found: list[Member] = []
        found += [] if self.carrier.id else [carrier]
        found += [] if self.gateway.id else [gateway]
        found += [replace(self.rule, gateway_id=gateway.id)] if self.rule else []
        found += [replace(self.route, carrier_id=carrier.id, carrier=carrier.name)]
        return [(None, record) for record in found]
