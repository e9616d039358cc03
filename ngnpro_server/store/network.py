"""How many accounts and phones there are in each domain, for the statistics of the network."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from . import accounts
from .schema.proxy import location

_L = location.c


def count_accounts(connection: Connection) -> dict[str, int]:
    """Return the number of accounts by domain, from the stored counts: a row for each domain, not for each account."""
    return accounts.TALLY.numbers(connection, "domain")


def count_online(connection: Connection, now: datetime) -> dict[str, tuple[int, int]]:
    """Return by domain how many accounts have a phone online, and how many phones are online.

    ``connection`` is to the database of the SIP proxy.
    """
    by_account = (
        select(_L.domain, _L.username, func.count().label("phones"))
        .where(_L.expires > now)
        .group_by(_L.domain, _L.username)
        .subquery()
    )
    query = select(by_account.c.domain, func.count(), func.sum(by_account.c.phones)).group_by(by_account.c.domain)
    return {row[0] or "": (int(row[1]), int(row[2])) for row in connection.execute(query)}
