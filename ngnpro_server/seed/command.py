"""`python -m ngnpro_server seed`: fills an empty platform with fictitious data."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, Table, func, select

from ngnpro_server.call import Clock, utc_now
from ngnpro_server.config import Config
from ngnpro_server.store.engine import gather_statistics, transaction
from ngnpro_server.store.schema import (
    carriers,
    customers,
    enum_numbers,
    enum_ranges,
    gateways,
    mailboxes,
    metadata,
    routes,
    sip_accounts,
    sip_aliases,
    sip_domains,
    trusted_peers,
)
from ngnpro_server.store.schema.proxy import calls, location, proxy_metadata

from .demo import make_demo
from .large import make_large
from .loading import prepare_engine
from .logins import Login, write_logins
from .making import Making, progress_line

_MOST = 1_000_000
# tables whose rows are not records that a user added
_NO_RECORDS = frozenset({"counts", "count_changes", "held_names", "login_failures"})
_KINDS = (
    (customers, "customer", "customers"),
    (sip_domains, "domain", "domains"),
    (sip_accounts, "account", "accounts"),
    (sip_aliases, "alias", "aliases"),
    (enum_ranges, "ENUM range", "ENUM ranges"),
    (enum_numbers, "ENUM number", "ENUM numbers"),
    (mailboxes, "mailbox", "mailboxes"),
    (carriers, "carrier", "carriers"),
    (gateways, "gateway", "gateways"),
    (routes, "route", "routes"),
    (trusted_peers, "trusted peer", "trusted peers"),
)
_PROXY_KINDS = ((location, "registered phone", "registered phones"), (calls, "call", "calls"))


class SeedRefused(Exception):
    """The seed was refused and nothing was created; the text says why."""


def seed_platform(
    engine: Engine,
    proxy: Engine,
    config: Config,
    *,
    accounts: int | None = None,
    logins: Path | None = None,
    clock: Clock = utc_now,
) -> str:
    """Create the demo platform, or one with ``accounts`` accounts, in one transaction; return a summary.

    ``proxy`` is the database that the SIP proxy writes; calls and registered phones are stored there. The logins of the
    demo platform are written to the new file ``logins``. Raises ``SeedRefused`` if the platform has records already, or
    if the number of accounts is out of range.
    """
    if accounts is not None and not 1 <= accounts <= _MOST:
        raise SeedRefused(f"A platform of 1 to {_MOST:,} accounts can be made.")
    make: Callable[[Making], list[Login] | None] = make_demo
    if accounts is not None:
        make = partial(make_large, number=accounts, progress=progress_line(accounts, "accounts"))
        prepare_engine(engine)
        prepare_engine(proxy)
    with transaction(engine, write=True) as connection, transaction(proxy, write=True) as proxy_connection:
        _require_empty(connection, metadata)
        _require_empty(proxy_connection, proxy_metadata)
        made_logins = make(Making(connection=connection, proxy=proxy_connection, config=config, now=clock()))
        made = f"Made {_made(connection, proxy_connection)}."
    if logins and made_logins:
        write_logins(logins, made_logins)
    for one in {engine, proxy}:
        gather_statistics(one)
    return made


def _require_empty(connection: Connection, tables: MetaData) -> None:
    for table in tables.sorted_tables:
        if table.name not in _NO_RECORDS and connection.execute(select(table).limit(1)).first() is not None:
            raise SeedRefused("This platform already has records, so nothing was added; seed is for an empty one.")


def _made(connection: Connection, proxy: Connection) -> str:
    """Return a summary of the number of records of each type."""
    parts = ((connection, kind) for kind in _KINDS), ((proxy, kind) for kind in _PROXY_KINDS)
    counted = ((_count(where, table), one, many) for where, (table, one, many) in itertools.chain(*parts))
    return ", ".join(f"{number:,} {one if number == 1 else many}" for number, one, many in counted if number)


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()
