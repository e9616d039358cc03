"""Trusted peers: hosts that may call without a password (contract: TrustedPeer, TrustedPeerFilter)."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Filter, Record, wire_field


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
