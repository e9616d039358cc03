"""Where calls to an address lead through aliases, diversions and ENUM, to find circles before they are stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from ngnpro_wire.facts.telephone_numbers import international_digits

from .aliases import find_alias
from .prepared import Prepared
from .schema import diversions, enum_mappings, enum_numbers, sip_accounts, sip_domains

Address = tuple[str, str]

# the diversion that applies to all calls; the others end a circle at the first phone that is free, or rings
UNCONDITIONAL = "FUNC"
# a longer way is refused as a circle: SIP proxies stop calls after 70 hops (RFC 3261 section 8.1.1.6)
MOST_HOPS = 20
_SIP_URI = re.compile(r"sips?:([^@\s]{1,64})@([^@\s;:?]{1,253})", re.IGNORECASE)
_ACCOUNT = Prepared(
    select(sip_accounts.c.id, diversions.c.target)
    .join_from(
        sip_accounts,
        diversions,
        (diversions.c.account_id == sip_accounts.c.id) & (diversions.c.condition == UNCONDITIONAL),
        isouter=True,
    )
    .where(sip_accounts.c.username == bindparam("username"), sip_accounts.c.domain == bindparam("domain"))
)
_MAPPING = Prepared(
    select(enum_mappings.c.mapto)
    .join(enum_numbers, enum_numbers.c.id == enum_mappings.c.number_id)
    .where(
        enum_numbers.c.number == bindparam("number"),
        enum_numbers.c.tld == bindparam("tld"),
        enum_mappings.c.type == "sip",
    )
    .order_by(enum_mappings.c.priority, enum_mappings.c.id)
    .limit(1)
)
_DOMAIN = Prepared(select(sip_domains.c.domain).where(sip_domains.c.domain == bindparam("domain")))


def address_of(target: str) -> Address | None:
    """Return username and domain of a SIP URI, or ``None`` for another target, such as the voice mailbox."""
    found = _SIP_URI.match(target)
    return (found[1].lower(), found[2].lower()) if found else None


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways of calls on this platform, whose numbers are in the ENUM domain ``tld``."""

    connection: Connection
    tld: str

    def lead_back(self, first: Address, is_goal: Callable[[Address], bool], *, diverted: bool = True) -> bool:
        """Return whether calls to an address lead to a goal, or never end.

        They follow aliases and the first SIP address that ENUM has for a number, and with ``diverted`` also diversions
        of all calls.
        """
        for hops, address in enumerate(self._addresses(first, diverted=diverted)):
            if is_goal(address) or hops > MOST_HOPS:
                return True
        return False

    def _addresses(self, address: Address | None, *, diverted: bool) -> Iterator[Address]:
        while address is not None:
            yield address
            address = self._next(address, diverted=diverted)

    def _next(self, address: Address, *, diverted: bool) -> Address | None:
        username, domain = address
        alias = find_alias(self.connection, username, domain)
        if alias is not None:
            return alias["target_username"], alias["target_domain"]
        account = _ACCOUNT.first(self.connection, username=username, domain=domain)
        if account is not None:
            return address_of(account["target"] or "") if diverted else None
        return self._target_of_number(international_digits(username), domain)

    def _target_of_number(self, digits: str, domain: str) -> Address | None:
        if not digits or _DOMAIN.first(self.connection, domain=domain) is None:
            return None
        mapping = _MAPPING.first(self.connection, number=digits, tld=self.tld)
        return address_of(mapping["mapto"]) if mapping is not None else None
