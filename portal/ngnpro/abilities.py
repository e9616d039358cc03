"""The operations that a caller may use, found out at sign-in and at start by fetching one row of each list."""

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
    ("Dns", "getZones"),
    ("Dns", "getRecords"),
    ("Dns", "getFancyRecords"),
)

# Codes for problems of NGNPro itself.
NOT_ABOUT_RIGHTS = frozenset({FaultCode.DATABASE_BUSY, FaultCode.INTERNAL_ERROR})


@dataclass(frozen=True, slots=True)
class Abilities:
    """Which operations a caller may use.

    ``refused`` maps ``Port.operation`` to the text of NGNPro's refusal; all other operations may be tried. To
    store it in a session, store ``dict(abilities.refused)``; ``Abilities(stored)`` restores it.
    """

    refused: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def may(self, port: str, operation: str) -> bool:
        """Return whether an operation was not refused, e.g. ``may("Sip", "getRoutes")``."""
        return f"{port}.{operation}" not in self.refused


def learn_abilities(ngnpro: Ngnpro) -> Abilities:
    """Request one row of every list and return which lists were refused.

    The codes that other servers use for missing rights are not known, so any refusal of a list counts as one.
    Raises ``BadLogin`` if the credentials are wrong, ``Locked`` during a lockout of the login, ``Outage`` if NGNPro
    does not answer or refuses the engine's own login, and the refusal itself if its code is in ``NOT_ABOUT_RIGHTS``.
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
