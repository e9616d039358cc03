"""What a caller may do: learnt by asking for a row of each list, at sign-in and at start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ngnpro_wire.facts.fault_codes import FaultCode

from . import errors
from .client import Ngnpro
from .query import Query, Range

LISTS = (
    ("Sip", "getDomains"),
    ("Sip", "getAccounts"),
    ("Sip", "getAliases"),
    ("Sip", "getTrustedPeers"),
    ("Sip", "getCarriers"),
    ("Sip", "getGateways"),
    ("Sip", "getGatewayRules"),
    ("Sip", "getRoutes"),
    ("Customer", "getCustomers"),
    ("Customer", "getResellers"),
    ("Enum", "getRanges"),
    ("Enum", "getNumbers"),
)

# Codes of NGNPro's own trouble.
NOT_ABOUT_RIGHTS = frozenset({FaultCode.DATABASE_BUSY, FaultCode.INTERNAL_ERROR})


@dataclass(frozen=True, slots=True)
class Abilities:
    """Which operations a caller may use.

    ``refused`` maps ``Port.operation`` to what NGNPro said; whatever is not in it may be tried. It can be
    kept in a session: ``Abilities(stored)`` of ``dict(abilities.refused)`` is the same again.
    """

    refused: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def may(self, port: str, operation: str) -> bool:
        """Return whether an operation was not refused, e.g. ``may("Sip", "getRoutes")``."""
        return f"{port}.{operation}" not in self.refused


def learn(ngnpro: Ngnpro) -> Abilities:
    """Request one row of every list and note which are refused.

    A server's own codes for missing rights are not known, so any refusal of a plain list counts as one.
    Raises ``BadLogin`` when the credentials are wrong, ``Locked`` while the login is locked, ``Outage`` when NGNPro
    is away or refuses the engine's own login, and the refusal itself when it is about NGNPro's own troubles.
    """
    refused = {}
    query = Query[None](range=Range(0, 1))
    for port, operation in LISTS:
        try:
            ngnpro.call(port, operation, query=query)
        except (errors.BadLogin, errors.Locked):
            raise
        except errors.Refusal as refusal:
            if refusal.code in NOT_ABOUT_RIGHTS:
                raise
            refused[f"{port}.{operation}"] = refusal.text
    return Abilities(refused)
