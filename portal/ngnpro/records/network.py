"""Records of the Rating, Network and Presence ports (contract: ports.Rating, ports.Network, ports.Presence)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from .base import Record, wire_field


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingEntityProfiles(Record):
    """The rating profiles of ``entity``: ``subscriber://user@domain``, ``domain://name`` or ``customer://id``.

    Profiles are names of price lists in a rating engine. The alternatives rate what the first ones do not.
    """

    entity: str
    profile_weekday: str = wire_field("", always=True)
    profile_weekday_alt: str = wire_field("", always=True)
    profile_weekend: str = wire_field("", always=True)
    profile_weekend_alt: str = wire_field("", always=True)
    timezone: str = wire_field("", always=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkNode(Record):
    """A machine of the platform: its ``roles``, and in ``extra`` what else the server says of it. Read only."""

    camel: ClassVar[bool] = False

    id: str = ""
    ip: str = ""
    version: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkFigure:
    """A number of the network: of a ``node`` (its address, or ``summary``), a ``role``, a ``section`` and a domain."""

    node: str
    role: str
    section: str
    domain: str
    number: int


def figures_of(found: Any) -> tuple[NetworkFigure, ...]:
    """Return the numbers of a JSON object of node, role, section and domain; parts of other types are left out."""
    return tuple(
        NetworkFigure(node=node, role=role, section=section, domain=domain, number=number)
        for node, roles in _items(found)
        for role, sections in _items(roles)
        for section, domains in _items(sections)
        for domain, number in _items(domains)
        if isinstance(number, int)
    )


def _items(found: Any) -> list[tuple[str, Any]]:
    return list(found.items()) if isinstance(found, Mapping) else []


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceInformation(Record):
    """What others see of an account: ``activity`` (open, idle, busy, available; empty if unknown) and a note."""

    activity: str = ""
    note: str = wire_field("", always=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PresencePolicy(Record):
    """Who may see the presence of an account; its members are known to the server only, and are in ``extra``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher(Record):
    """Somebody who wants to see the presence of an account: ``active``, ``pending``, ``waiting`` or ``terminated``."""

    address: str = ""
    status: str = ""
