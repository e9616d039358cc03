"""PSTN routing: carriers, gateways, gateway rules, routes, and trusted peers that may call without a password.

Contract: PSTN routing, TrustedPeer, TrustedPeerFilter. Numbers are written as 00 and E.164 digits. Ids are integers
that the server assigns.
"""

from __future__ import annotations

from dataclasses import dataclass

from .base import Filter, Record, wire_field


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier(Record):
    """A company that carries calls to the PSTN. ``id`` is the key; ``reseller``: id of the reseller that owns it."""

    id: int = 0
    name: str = wire_field("", always=True)
    reseller: int = 0
    change_date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierFilter(Filter):
    """Conditions for carriers; 0 is any."""

    id: int = 0
    name: str = ""
    reseller: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway(Record):
    """A host of a carrier that calls are sent to.

    ``id``: the key. ``carrier_id``: its carrier. ``ip``: address or host name. ``port``: 1–65535.
    ``transport``: ``udp``, ``tcp`` or ``tls``. Read only: ``carrier`` (the carrier's name), ``reseller``,
    ``change_date``.
    """

    id: int = 0
    name: str = wire_field("", always=True)
    carrier_id: int = wire_field(0, name="carrier_id", always=True)
    ip: str = wire_field("", always=True)
    port: int = 5060
    transport: str = "udp"
    carrier: str = ""
    reseller: int = 0
    change_date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayFilter(Filter):
    """Conditions for gateways; 0 is any."""

    id: int = 0
    name: str = ""
    carrier_id: int = wire_field(0, name="carrier_id")
    customer: int = 0
    reseller: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRule(Record):
    """A rule that rewrites numbers for a gateway.

    ``id``: the key. ``gateway_id``: its gateway. ``prefix``: the rule applies to numbers that begin with it;
    empty for all. ``strip``: how many leading digits to remove; ``prepend``: text to insert in their place.
    ``min_length``, ``max_length``: digits of the numbers that it applies to, 0 for no limit. Read only: ``gateway``,
    ``carrier``, ``carrier_id``, ``reseller``, ``change_date``.
    """

    id: int = 0
    gateway_id: int = wire_field(0, name="gateway_id", always=True)
    prefix: str = ""
    strip: int = 0
    prepend: str = ""
    min_length: int = 0
    max_length: int = 0
    gateway: str = ""
    carrier: str = ""
    carrier_id: int = wire_field(0, name="carrier_id")
    reseller: int = 0
    change_date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRuleFilter(Filter):
    """Conditions for gateway rules; 0 is any."""

    id: int = 0
    gateway_id: int = wire_field(0, name="gateway_id")
    carrier_id: int = wire_field(0, name="carrier_id")
    prefix: str = ""
    customer: int = 0
    reseller: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Record):
    """A route: the carrier for calls to a destination.

    ``id``: the key. ``prefix``: beginning of the numbers, as 00 and digits; empty for all. ``originator``: the
    caller that it applies to, empty for all. ``carrier_id``: the carrier of the calls. ``priority``: order among
    routes with the same prefix. Read only: ``carrier`` (the carrier's name), ``reseller``, ``change_date``.
    """

    id: int = 0
    prefix: str = ""
    originator: str = ""
    carrier_id: int = wire_field(0, name="carrier_id")
    priority: int = 0
    carrier: str = ""
    reseller: int = 0
    change_date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteFilter(Filter):
    """Conditions for routes; 0 is any."""

    id: int = 0
    prefix: str = ""
    carrier_id: int = wire_field(0, name="carrier_id")
    reseller: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedPeer(Record):
    """A host whose calls are accepted because of its address alone.

    ``ip``: IP address, or host name for Microsoft Teams; the key. ``call_limit``: simultaneous calls, 0 for
    no limit. ``msteams``: the peer is a Microsoft Teams tenant, named in ``tenant``. ``carrier_name``: carrier
    for its calls; ``originator``: the originator of the routes for its calls. ``prefix``: inserted before the
    dialled number after ``strip`` leading digits were removed. ``blocked``: 0 for not blocked. ``enum_lookup``:
    dialled numbers are looked up in ENUM. ``transit``: it may send calls that leave the platform again. ``prepaid``:
    its calls are paid from a balance. ``auth_token``: secret of a Microsoft Teams peer. ``tags``,
    ``billing_id``: free text. ``owner``, ``customer``, ``reseller``: ids. ``change_date``, ``protocol`` and
    ``from_pattern`` are read only, the last two from old platforms.
    """

    ip: str
    description: str = wire_field("", always=True)
    call_limit: int = wire_field(0, always=True)
    msteams: bool = wire_field(False, always=True)
    tenant: str = ""
    carrier_name: str = ""
    originator: str = ""
    prefix: str = ""
    strip: int = 0
    blocked: int = 0
    enum_lookup: bool = wire_field(True, always=True)
    transit: bool = wire_field(False, always=True)
    prepaid: bool = False
    auth_token: str = wire_field("", secret=True)
    tags: str = ""
    billing_id: str = ""
    owner: int = 0
    customer: int = 0
    reseller: int = 0
    change_date: str = ""
    protocol: str = ""
    from_pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedPeerFilter(Filter):
    """Conditions for trusted peers.

    ``msteams`` is always sent; ``True`` lists Microsoft Teams peers, ``False`` the others. ``blocked``: ``None`` for
    any.
    """

    ip: str = ""
    description: str = ""
    tenant: str = ""
    tags: str = ""
    billing_id: str = ""
    msteams: bool = wire_field(False, always=True)
    blocked: int | None = None
