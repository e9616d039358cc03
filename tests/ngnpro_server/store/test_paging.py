"""Pages of lists: in every order, the first one is read from an index; and the wildcards of their filters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Connection, MetaData, String, Table, create_engine, insert, select, text

from ngnpro_server import access
from ngnpro_server.call import Caller, Level
from ngnpro_server.listing import Listed
from ngnpro_server.ports.customer import accounts as customers
from ngnpro_server.ports.dns import zones
from ngnpro_server.ports.dns.fancy import FANCY
from ngnpro_server.ports.dns.records import RECORDS
from ngnpro_server.ports.enum import numbers, ranges
from ngnpro_server.ports.sip import accounts, aliases, domains, peers
from ngnpro_server.ports.sip.routing import carriers, gateways, routes, rules
from ngnpro_server.ports.watch import vouchers
from ngnpro_server.seed.command import seed_platform
from ngnpro_server.store.paging import Branch, Listing, matches_pattern, page_query
from ngnpro_server.store.schema import metadata
from tests.support.platform import Platform
from tests.support.server import TestServer

LISTS: dict[str, Listed] = {
    "domains": domains.LISTED,
    "accounts": accounts.LISTED,
    "aliases": aliases.LISTED,
    "customers": customers.LISTED,
    "ranges": ranges.LISTED,
    "numbers": numbers.LISTED,
    "carriers": carriers.LISTED,
    "gateways": gateways.LISTED,
    "rules": rules.LISTED,
    "routes": routes.LISTED,
    "peers": peers.LISTED,
    "zones": zones.LISTED,
    "records": RECORDS.listed,
    "fancy records": FANCY.listed,
    "batches of vouchers": vouchers.LISTED,
}
PAGE = 25
# the ids that `seed` gives to the first customer and the first reseller
RESELLER, CUSTOMER = 1, 2
CALLERS = {
    "administrator": Caller(level=Level.ADMINISTRATOR),
    "reseller": Caller(level=Level.RESELLER, customer=RESELLER, reseller=RESELLER),
    "customer": Caller(level=Level.CUSTOMER, customer=CUSTOMER, reseller=RESELLER),
}


def parts_of(listed: Listed) -> Iterator[tuple[str, Branch]]:
    """Yield the parts of a list that callers of every level see, and those that a single exact filter selects."""
    for name, caller in CALLERS.items():
        if listed is customers.LISTED:
            parts = [*access.customer_branches(caller), Branch({"is_reseller": True})]
        elif "customer_id" not in listed.table.c and caller.level is Level.CUSTOMER:
            continue
        else:
            parts = access.branches(caller, listed.table)
        for part in parts:
            yield name, part
    for scope in {"customer_id", "reseller_id", "owner_id"} & set(listed.numbers.values()):
        yield f"filter {scope}", Branch({scope: RESELLER if scope == "reseller_id" else CUSTOMER})


def queries_of(listed: Listed, connection: Connection) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    """Yield the query of a list's first page for every caller and order: caller, attribute, its columns and the SQL."""
    for who, part in parts_of(listed):
        for attribute, order in listed.orders.items():
            for descending in (False, True):
                query = page_query(listed.table, [part], Listing(order, descending, 0, PAGE))
                sql = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
                yield who, attribute, tuple(order), sql


def plan(connection: Connection, query: str) -> str:
    """Return the database's plan for a query."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))
        return "\n".join(str(row[3]) for row in rows)
    connection.execute(text("SET LOCAL enable_sort = off"))
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    connection.execute(text("SET LOCAL enable_bitmapscan = off"))
    return "\n".join(str(row[0]) for row in connection.execute(text(f"EXPLAIN {query}")))


@pytest.mark.databases("sqlite", "postgresql")
@pytest.mark.parametrize("name", LISTS)
def test_a_first_page_is_read_from_an_index_in_every_order_for_every_caller(server: TestServer, name: str) -> None:
    with server.engine.connect() as connection:
        for who, attribute, order, sql in queries_of(LISTS[name], connection):
            found = plan(connection, sql)
            assert "TEMP B-TREE" not in found, (who, attribute, found)
            assert "Sort" not in found, (who, attribute, found)
            # SQLite stores the rows themselves in the order of their ids
            is_by_id = order == ("id",) or "PRIMARY KEY" in found
            assert is_by_id or "INDEX" in found.upper(), (who, attribute, found)


@pytest.mark.databases("mariadb")
def test_mariadb_sorts_no_long_list_for_its_first_page(server: TestServer) -> None:
    """MariaDB sorts a list that fits on one page, although an index exists; it must not sort longer lists."""
    seed_platform(server.engine, server.proxy, server.config, accounts=3000)
    with server.engine.connect() as connection:
        for name in ("accounts", "aliases", "numbers"):
            listed = LISTS[name]
            connection.execute(text(f"ANALYZE TABLE {listed.table.name}"))
            for who, attribute, _order, sql in queries_of(listed, connection):
                for step in connection.exec_driver_sql(f"EXPLAIN {sql}".replace("%", "%%")).mappings():
                    assert "filesort" not in step["Extra"] or int(step["rows"]) <= PAGE, (name, who, attribute, step)


def test_every_list_is_in_the_table_above() -> None:
    listed = {one.table.name for one in LISTS.values()}
    assert listed == {
        table.name
        for table in metadata.tables.values()
        if "change_date" in table.c and table.name not in ("mailboxes", "rating_profiles")
    }


@pytest.mark.parametrize("count", [1, 3, 4, 20])
def test_the_pages_of_a_list_are_its_rows_in_order_whichever_end_they_are_read_from(
    platform: Platform, count: int
) -> None:
    platform.add_domain()
    platform.add_domain("other.example", platform.stranger)
    for number in range(7):
        platform.add_account(f"user{number}")
    for number in range(4):
        owner = {"owner": platform.customer.id} if number % 2 else {}
        platform.add_account(f"other{number}", "other.example" if not owner else "example.com", **owner)
    for auth in (None, platform.reseller.auth, platform.customer.auth):
        for attribute in ("username", "changeDate", "domain"):
            for direction in ("ASC", "DESC"):
                order = {"attribute": attribute, "direction": direction}
                whole = platform.call("Sip", "getAccounts", auth, query={"orderBy": order})
                paged = []
                for start in range(0, whole["total"] + count, count):
                    window = {"start": start, "count": count}
                    page = platform.call("Sip", "getAccounts", auth, query={"orderBy": order, "range": window})
                    assert page["total"] == whole["total"]
                    paged += page["accounts"]
                assert paged == whole["accounts"]


def test_the_second_half_of_a_list_is_read_from_its_end() -> None:
    page = Listing(("username", "domain"), descending=False, start=999_980, count=25)
    assert page.from_the_nearer_end(1_000_000) == Listing(("username", "domain"), descending=True, start=0, count=20)
    assert page.from_the_nearer_end(5_000_000) == page


NAMES = ["ann", "anna", "a_n", "a%n", r"a\n", "bob", "a_nn"]
table = Table("names", MetaData(), Column("name", String))


def found(pattern: str) -> set[str]:
    engine = create_engine("sqlite://")
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(table), [{"name": name} for name in NAMES])
        rows = connection.execute(select(table.c.name).where(matches_pattern(table.c.name, pattern))).scalars().all()
    engine.dispose()
    return set(rows)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("ann", {"ann"}),
        ("ann%", {"ann", "anna"}),
        ("a_n", {"ann", "a_n", "a%n", r"a\n"}),
        ("%n", {"ann", "a_n", "a%n", r"a\n", "a_nn"}),
        (r"a\_n", {"a_n"}),
        (r"a\_n%", {"a_n", "a_nn"}),
        (r"a\%n", {"a%n"}),
        (r"a\n", {r"a\n"}),
        (r"a\\n", {r"a\n"}),
        (r"%\%%", {"a%n"}),
        ("a%\\", set()),
    ],
)
def test_wildcards_match_and_everything_else_is_itself(pattern: str, names: set[str]) -> None:
    assert found(pattern) == names
