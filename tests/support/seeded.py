"""Functions that read every record and every text of a seeded platform."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from ngnpro_server.store import accounts, aliases, customers, domains, enum, groups
from ngnpro_server.store.counts import fold_changes
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import counts, metadata
from ngnpro_server.store.schema.proxy import proxy_metadata

from .server import TestServer

# RFC 2606 and RFC 6761
RESERVED_DOMAIN = re.compile(r"(?:[a-z0-9_-]+\.)*(?:example|example\.(?:com|net|org))")
# Telephone numbers that no regulator assigns, and how many digits follow: Ofcom's and the Bundesnetzagentur's numbers
# for drama, ARCEP's for films, 555-01xx of North America, and two unassigned Dutch prefixes (area code 0119,
# mobile 060).
_FICTITIOUS = {
    **dict.fromkeys(("442079460", "441144960", "441632960", "447700900", "493023125", "31119960", "31600960"), 3),
    **dict.fromkeys(("3319900", "3363998"), 4),
    **dict.fromkeys(("49176040690", "121255501", "131255501"), 2),
}
# RFC 5737 and RFC 3849
DOCUMENTATION_ADDRESS = re.compile(r"192\.0\.2\.[0-9]+|198\.51\.100\.[0-9]+|203\.0\.113\.[0-9]+|2001:db8:[0-9a-f:]*")


_TALLIES = {
    customers.TALLY: "customers",
    domains.TALLY: "sip_domains",
    accounts.TALLY: "sip_accounts",
    aliases.TALLY: "sip_aliases",
    enum.RANGES: "enum_ranges",
    enum.NUMBERS: "enum_numbers",
}
_HOST = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z]{2,}", re.IGNORECASE)
_USER_PART = re.compile(r"[^\s@:<]+@")
_ADDRESS = re.compile(r"(?<![\w.])(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|(?:[0-9a-f]{1,4}:+){2,7}[0-9a-f]{0,4})(?![\w.])")
_LONG_NUMBER = re.compile(r"(?<![\w.:-])\+?[0-9]{8,15}(?![\w.:-])")


def hosts(text: str) -> list[str]:
    """Return the host names in a text."""
    return [host.lower() for host in _HOST.findall(_USER_PART.sub("", text))]


def telephone_numbers(text: str) -> list[str]:
    """Return everything in a text that may be a telephone number."""
    return [number.lstrip("+") for number in _LONG_NUMBER.findall(text.replace("@", " ").replace("sip:", ""))]


def addresses(text: str) -> list[str]:
    """Return the IP addresses in a text."""
    return _ADDRESS.findall(text)


def is_fictitious(number: str) -> bool:
    """Return whether a number (E.164, with or without 00) is fictitious, or is a prefix of fictitious numbers only."""
    number = number.removeprefix("00")
    return any(number.startswith(block) and len(number) <= len(block) + digits for block, digits in _FICTITIOUS.items())


def items(server: TestServer, port: str, operation: str) -> list[dict[str, Any]]:
    """Read a whole list and check that its total is correct."""
    answer = server.call(port, operation, query={"range": {"start": 0, "count": 10000}})
    total = answer.pop("total")
    (found,) = answer.values()
    assert len(found) == total
    return list(found)


def texts(server: TestServer) -> Iterator[tuple[str, str]]:
    """Yield every text in the database with the name of its column."""
    for engine, tables in ((server.engine, metadata), (server.app.proxy, proxy_metadata)):
        with transaction(engine, write=False) as connection:
            for table in tables.sorted_tables:
                for row in connection.execute(select(table)).mappings():
                    for name, value in row.items():
                        if isinstance(value, str) and value:
                            yield f"{table.name}.{name}", value


def wrong_counts(server: TestServer) -> set[tuple[Any, ...]]:
    """Recount everything and return the differences from the stored counts."""
    with transaction(server.engine, write=True) as connection:
        while fold_changes(connection):
            pass
        kept = {tuple(row) for row in connection.execute(select(counts).where(counts.c.number != 0))}
    with server.engine.connect() as connection:
        for tally, table in _TALLIES.items():
            tally.recount(connection, metadata.tables[table])
        groups.recount_groups(connection)
        while fold_changes(connection):
            pass
        counted = {tuple(row) for row in connection.execute(select(counts).where(counts.c.number != 0))}
        connection.rollback()
    return kept ^ counted
