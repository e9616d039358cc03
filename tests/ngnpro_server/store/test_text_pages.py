"""Pages of lists with a text filter are the same however the database finds their rows."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import pytest
from sqlalchemy import select, text

from ngnpro_server import access
from ngnpro_server.call import Caller, Level
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.paging import Branch, Listing, fetch_few, fetch_page, find_few, matches_pattern
from ngnpro_server.store.schema import sip_accounts
from tests.support.platform import Platform
from tests.support.server import TestServer
from tests.support.statements import counted

MANY = 1_000_000
BY_NAME = Listing(("username", "domain"), False, 0, 3)
CONDITIONS = {
    "a fragment of the last name": (matches_pattern(sip_accounts.c.last_name_key, "%mit%"),),
    "the beginning of the first name": (matches_pattern(sip_accounts.c.first_name_key, "ad%"),),
    "a fragment of the username": (matches_pattern(sip_accounts.c.username, "%ser%"),),
    "two texts": (
        matches_pattern(sip_accounts.c.username, "%ser%"),
        matches_pattern(sip_accounts.c.email, "%example%"),
    ),
}


@pytest.mark.parametrize("wanted", CONDITIONS)
def test_few_rows_some_and_many_are_found_in_different_ways_but_are_the_same(platform: Platform, wanted: str) -> None:
    platform.add_domain()
    platform.add_domain("other.example", platform.stranger)
    for number in range(8):
        domain = "other.example" if number in (2, 5) else "example.com"
        name = {"lastName": "Smith" if number % 4 else "Jones", "firstName": "Ada" if number % 3 else "Eve"}
        platform.add_account(f"user{number}", domain, email=f"user{number}@example.com", **name)
    callers = (
        Caller(level=Level.ADMINISTRATOR),
        Caller(level=Level.RESELLER, customer=platform.reseller.id, reseller=platform.reseller.id),
        Caller(level=Level.CUSTOMER, customer=platform.sibling.id, reseller=platform.reseller.id),
    )
    seen = []
    with platform.server.engine.connect() as connection:
        for caller in callers:
            parts = [branch.narrowed({}, CONDITIONS[wanted]) for branch in access.branches(caller, sip_accounts)]
            branches = [branch for branch in parts if branch]
            keys = find_few(connection, sip_accounts, branches)
            assert keys is not None
            pages = [
                fetch_few(connection, sip_accounts, keys, BY_NAME),
                fetch_page(connection, sip_accounts, branches, BY_NAME, len(keys)),
                fetch_page(connection, sip_accounts, branches, BY_NAME, MANY),
            ]
            names = [[row["username"] for row in page] for page in pages]
            assert names[0] == names[1] == names[2]
            seen.append((len(keys), names[0]))
    assert seen[0][0] > seen[1][0] > seen[2][0] == 0
    assert seen[0][1]


@pytest.mark.databases("sqlite")
def test_a_resellers_search_by_name_reads_no_other_rows_than_those_it_finds(server: TestServer) -> None:
    branch = Branch({"reseller_id": 1}, (matches_pattern(sip_accounts.c.last_name_key, "%mit%"),))
    with server.engine.connect() as connection:
        query = select(sip_accounts.c.id).where(branch.by_text(sip_accounts))
        sql = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
        found = "\n".join(str(row[3]) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {sql}")))
    assert "SCAN sip_accounts USING COVERING INDEX ix_sip_accounts_last_name_key_id" in found, found


@pytest.mark.databases("sqlite", "postgresql")
def test_thousands_of_rows_with_a_text_are_found_by_one_pass_and_read_by_their_keys(platform: Platform) -> None:
    number = 1500
    domain = platform.add_domain()
    rows = [
        {
            **{name: domain[name.removesuffix("_id")] for name in ("customer_id", "reseller_id")},
            "username": f"user{n:04}",
            "domain": "example.com",
            "email": f"smith{n}@mail.example",
            "ha1": "",
            "ha1b": "",
            "first_name_key": "",
            "last_name_key": "",
            "owner_id": domain["customer"],
            "create_date": datetime(2026, 1, 1),
            "change_date": datetime(2026, 1, 1),
        }
        for n in range(number)
    ]
    with transaction(platform.server.engine, write=True) as connection:
        connection.execute(sip_accounts.insert(), rows)
    query = {
        "filter": {"email": "%smit%"},
        "orderBy": {"attribute": "username", "direction": "DESC"},
        "range": {"start": 1000, "count": 20},
    }
    with counted(platform.server.engine) as statements:
        page = platform.call("Sip", "getAccounts", query=query)
    assert page["total"] == number
    assert [one["id"]["username"] for one in page["accounts"]] == [f"user{n:04}" for n in range(499, 479, -1)]
    # the keys, the page, and the groups and properties of its accounts
    assert len(statements) == 3, statements
    assert sum("LIKE" in statement.upper() for statement in statements) == 1


@pytest.mark.databases("sqlite")
def test_a_page_of_found_rows_is_read_by_the_primary_key_and_not_in_the_order_of_an_index(server: TestServer) -> None:
    asked: list[str] = []
    with server.engine.connect() as connection, counted(server.engine) as statements:
        fetch_few(connection, sip_accounts, [1, 2], BY_NAME)
        asked += statements
    with sqlite3.connect(server.engine.url.database or "") as plain:
        (statement,) = asked
        found = "\n".join(str(row[3]) for row in plain.execute(f"EXPLAIN QUERY PLAN {statement}", ("[1, 2]", 3, 0)))
    assert "SEARCH sip_accounts USING INTEGER PRIMARY KEY" in found, found
    assert "SCAN sip_accounts" not in found, found
