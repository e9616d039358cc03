"""The viewer of a request: their role, their rights and the customer they act for.

``portal.people.viewers`` builds viewers from sessions; this module only holds data and does not import that package.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from django.dispatch import Signal

from portal.ngnpro.limits import Limits

# Sent with ``viewer`` and ``customer`` when a viewer starts to act for a customer.
acting_started = Signal()


class Role(StrEnum):
    """The kinds of people who use the portal."""

    NOBODY = "nobody"
    OPERATOR = "operator"
    RESELLER = "reseller"
    CUSTOMER = "customer"
    SUBSCRIBER = "subscriber"


@dataclass(frozen=True, slots=True)
class Acting:
    """The customer for whom a viewer acts, whether changes are allowed, and until when (Unix time).

    ``rights`` are the properties of the customer that grant them rights.
    """

    customer: int
    name: str
    is_reseller: bool
    reseller: int = 0
    may_change: bool = False
    until: float = 0.0
    sealed: str = ""
    login: str = ""
    rights: tuple[str, ...] = ()

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """Return whom a viewer acts for from its members as JSON, which has lists instead of tuples."""
        return cls(**{**data, "rights": tuple(data.get("rights", ()))})


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who is signed in.

    ``login`` is what they signed in with. ``customer`` and ``reseller`` are NGNPro ids: their own for a reseller or
    customer, those of their domain for a subscriber, 0 for an operator. ``holder`` is another customer of the same
    reseller whose rights they use (``impersonate``), 0 for their own. ``account`` is a subscriber's SIP address.
    ``engine`` is the name of their NGNPro server, ``refused`` the operations that it refuses them (``Sip.getRoutes``).
    ``tree`` is the reseller of that server to whom an operator is limited, 0 for none. ``rights`` are the customer
    properties that grant them rights. ``scope`` differs between viewers for whom NGNPro may answer differently.
    ``is_full``: an operator who lacks no right. ``ports`` and ``domains``: the ports of NGNPro and the SIP domains to
    which an operator is limited; empty for all. ``on_wall``: their browser is a wall display, which may open no other
    page that needs a sign-in.
    """

    role: Role
    name: str = ""
    login: str = ""
    scope: str = ""
    customer: int = 0
    reseller: int = 0
    holder: int = 0
    reseller_active: bool = False
    account: str = ""
    tree: int = 0
    rights: frozenset[str] = frozenset()
    may_change: bool = True
    may_see_passwords: bool = True
    may_see_calls: bool = True
    is_full: bool = False
    acting: Acting | None = None
    engine: str = ""
    refused: frozenset[str] = frozenset()
    ports: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    on_wall: bool = False

    @property
    def is_nobody(self) -> bool:
        return self.role is Role.NOBODY

    @property
    def limits(self) -> Limits:
        """Return what the viewer's calls are limited to."""
        return Limits(self.ports, self.domains)

    @property
    def effective_role(self) -> Role:
        """Return the role whose rights count: that of the customer for whom they act, else their own."""
        if self.acting:
            return Role.RESELLER if self.acting.is_reseller else Role.CUSTOMER
        return Role.RESELLER if self.tree else self.role

    @property
    def own_customer(self) -> int:
        """Return the customer for whom they act, the one whose rights they have, or themselves."""
        return self.acting.customer if self.acting else self.tree or self.holder or self.customer
