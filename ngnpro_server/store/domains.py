"""SIP domains in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, select, update

from ngnpro_wire.facts.fault_codes import FaultCode

from . import accounts, aliases
from .counts import Tally
from .engine import unique_or
from .prepared import Prepared
from .schema import sip_domains

TALLY = Tally("domain", ("customer_id", "reseller_id"))
# the columns that the records in a domain copy from it
INHERITED = ("domain", "customer_id", "reseller_id")


_NAMED = select(sip_domains).where(sip_domains.c.domain == bindparam("domain"))
_BY_NAME = Prepared(_NAMED)
_LOCKED, _SHARED = Prepared(_NAMED.with_for_update()), Prepared(_NAMED.with_for_update(read=True))


def find_domain(connection: Connection, domain: str, *, lock: bool = False, share: bool = False) -> RowMapping | None:
    """Return a domain, or ``None``.

    Until the end of the transaction, ``lock`` prevents others from changing it or adding records to it, ``share`` only
    from changing it.
    """
    query = _LOCKED if lock else _SHARED if share else _BY_NAME
    return query.first(connection, domain=domain)


def insert_domain(connection: Connection, values: dict[str, Any]) -> None:
    """Add a domain. Raises DOMAIN_EXISTS."""
    with unique_or(FaultCode.DOMAIN_EXISTS, f"There is a SIP domain {values['domain']} already."):
        connection.execute(sip_domains.insert().values(**values))
    TALLY.add(connection, values)


def change_domain(connection: Connection, row: RowMapping, values: dict[str, Any]) -> None:
    """Change columns of a domain; a new customer or reseller is also set in its accounts and aliases."""
    connection.execute(update(sip_domains).where(sip_domains.c.domain == row["domain"]).values(**values))
    moved = {scope: values[scope] for scope in TALLY.scopes if values.get(scope, row[scope]) != row[scope]}
    for scope, new in moved.items():
        TALLY.move(connection, scope, row[scope], new)
    if moved:
        accounts.hand_over_accounts(connection, row, moved)
        aliases.hand_over_aliases(connection, row, moved)


def remove_domain(connection: Connection, row: RowMapping) -> None:
    """Delete a domain with its accounts, when no alias is left in it."""
    TALLY.add(connection, row, -1)
    accounts.remove_accounts_of_domain(connection, row["domain"])
    connection.execute(delete(sip_domains).where(sip_domains.c.domain == row["domain"]))


def next_number(connection: Connection, row: RowMapping) -> int:
    """Return the next number for a username that the server chooses; the domain's row must be locked."""
    number = int(row["last_number"]) + 1
    while any(find(connection, str(number), row["domain"]) for find in (accounts.find_account, aliases.find_alias)):
        number += 1
    connection.execute(update(sip_domains).where(sip_domains.c.domain == row["domain"]).values(last_number=number))
    return number
