"""Where calls to an address lead through aliases and diversions, to find circles before they are stored."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Connection, bindparam, select

from .aliases import find_alias
from .prepared import Prepared
from .schema import diversions, sip_accounts

Address = tuple[str, str]

# the diversion that applies to all calls; the others end a circle at the first phone that is free, or rings
UNCONDITIONAL = "FUNC"
# a longer way is refused as a circle: SIP proxies stop calls after 70 hops (RFC 3261 section 8.1.1.6)
_MOST_HOPS = 20
_SIP_URI = re.compile(r"sips?:([^@\s]{1,64})@([^@\s;:?]{1,253})", re.IGNORECASE)
_DIVERSION = Prepared(
    select(diversions.c.target)
    .join(sip_accounts, sip_accounts.c.id == diversions.c.account_id)
    .where(
        sip_accounts.c.username == bindparam("username"),
        sip_accounts.c.domain == bindparam("domain"),
        diversions.c.condition == UNCONDITIONAL,
    )
)


def address_of(target: str) -> Address | None:
    """Return username and domain of a SIP URI, or ``None`` for another target, such as the voice mailbox."""
    found = _SIP_URI.match(target)
    return (found[1].lower(), found[2].lower()) if found else None


def leads_to(connection: Connection, first: Address, goal: Address, *, diverted: bool) -> bool:
    """Return whether calls to ``first`` lead to ``goal`` through aliases, and with ``diverted`` also diversions."""
    for hops, address in enumerate(_way(connection, first, diverted=diverted)):
        if address == goal or hops > _MOST_HOPS:
            return True
    return False


def _way(connection: Connection, address: Address | None, *, diverted: bool) -> Iterator[Address]:
    while address is not None:
        yield address
        address = _next(connection, address, diverted=diverted)


def _next(connection: Connection, address: Address, *, diverted: bool) -> Address | None:
    username, domain = address
    alias = find_alias(connection, username, domain)
    if alias is not None:
        return alias["target_username"], alias["target_domain"]
    row = _DIVERSION.first(connection, username=username, domain=domain) if diverted else None
    return address_of(row["target"]) if row is not None else None
