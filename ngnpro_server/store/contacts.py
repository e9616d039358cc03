"""Contacts in the phonebooks of accounts, by where they lead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, select, tuple_

from .rings import Address
from .schema import phonebook, sip_accounts, sip_aliases, sip_domains

# how many contacts that lead to an address are returned
MOST = 1000
# a name within a domain; not a number or code, which may lead elsewhere, and not a pattern, which has % or _
_NAME = re.compile(r"(?:sips?:)?([^@%_+0*#][^@%_]{0,63})@([^@%_]{1,253})")


def list_contacts_to(
    connection: Connection, accounts: ColumnElement[bool], address: Address, *, most: int = MOST
) -> tuple[Sequence[RowMapping], bool]:
    """Return the contacts of other accounts that lead to an address, with these accounts.

    At most ``most`` of them; the second value is whether these are all.
    """
    bare = "@".join(address)
    is_itself = (sip_accounts.c.username == address[0]) & (sip_accounts.c.domain == address[1])
    query = (
        select(phonebook.c.uri, *sip_accounts.c)
        .join(sip_accounts, sip_accounts.c.id == phonebook.c.account_id)
        .where(phonebook.c.uri.in_([bare, f"sip:{bare}", f"sips:{bare}"]), accounts, ~is_itself)
        .order_by(phonebook.c.account_id, phonebook.c.uri)
        .limit(most + 1)
    )
    rows = connection.execute(query).mappings().all()
    return rows[:most], len(rows) <= most


def contacts_without_account(connection: Connection, account: RowMapping, uris: Iterable[str]) -> list[str]:
    """Return those of an account's contacts that name no account or alias, in the domains of the account's customer.

    Four statements. What leads elsewhere is left out: other domains, numbers, codes and patterns.
    """
    stored = select(phonebook.c.uri).where(phonebook.c.account_id == account["id"], phonebook.c.uri.in_(list(uris)))
    named = dict(_names(connection.execute(stored.order_by(phonebook.c.uri)).scalars()))
    domains = select(sip_domains.c.domain).where(
        sip_domains.c.domain.in_({domain for _name, domain in named.values()}),
        sip_domains.c.customer_id == account["customer_id"],
        sip_domains.c.reseller_id == account["reseller_id"],
    )
    own = set(connection.execute(domains).scalars())
    sought = {uri: address for uri, address in named.items() if address[1] in own}
    there: set[Address] = set()
    for table in (sip_accounts.c, sip_aliases.c):
        both = select(table.username, table.domain)
        found = both.where(tuple_(table.username, table.domain).in_(sorted(set(sought.values()))))
        there |= {(row.username, row.domain) for row in connection.execute(found)}
    return [uri for uri, address in sought.items() if address not in there]


def _names(uris: Iterable[str]) -> Iterator[tuple[str, Address]]:
    for uri in uris:
        if found := _NAME.fullmatch(uri):
            yield uri, (found[1], found[2])
