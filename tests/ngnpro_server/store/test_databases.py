"""What must work alike on every database, where their defaults differ."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, inspect
from sqlalchemy.exc import DBAPIError

from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import customer_properties, sip_accounts
from ngnpro_server.store.types import Key
from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.platform import Platform, refused
from tests.support.server import TestServer

ALL_LETTERS = "Ελένη Ștefan 陽子 👩🏽‍🚒 \U0010ffff"


def test_names_in_all_alphabets_are_kept(platform: Platform) -> None:
    platform.add_domain()
    properties = [{"name": "note", "value": ALL_LETTERS}]
    platform.add_account(firstName=ALL_LETTERS, lastName=ALL_LETTERS, properties=properties)
    account = platform.account()
    assert (account["firstName"], account["lastName"]) == (ALL_LETTERS, ALL_LETTERS)
    assert account["properties"] == properties


@pytest.mark.parametrize("length", [64, 65])
def test_a_text_has_as_many_characters_in_every_alphabet(platform: Platform, length: int) -> None:
    platform.add_domain()
    name = "👩" * length
    if length > 64:
        with refused(FaultCode.VALUE_INVALID, "firstName"):
            platform.add_account(firstName=name)
    else:
        assert platform.add_account(firstName=name)["firstName"] == name


def test_the_longest_property_is_kept_whole(platform: Platform) -> None:
    value = "👩" * 4000
    platform.grant(platform.customer, note=value)
    [found] = platform.call("Customer", "getProperties", customer=platform.customer.id)
    assert found["value"] == value


# SQLite stores texts of any length
@pytest.mark.databases("postgresql", "mariadb")
def test_too_long_a_text_is_refused_by_the_database_and_never_cut(server: TestServer) -> None:
    row = {"customer_id": 1, "name": "x" * 65, "value": "", "category": "", "permission": ""}
    with pytest.raises(DBAPIError, match="too long"), transaction(server.engine, write=True) as connection:
        connection.execute(insert(customer_properties).values(row))


def test_amounts_keep_their_cents(platform: Platform) -> None:
    account = {"id": platform.customer.id, "balance": 1234567.89, "credit": 0.1}
    platform.call("Customer", "updateAccount", account=account)
    stored = platform.call("Customer", "getAccount", id=platform.customer.id)
    assert (stored["balance"], stored["credit"]) == (1234567.89, 0.1)


def test_names_of_people_are_found_without_accents_and_usernames_only_as_they_are(platform: Platform) -> None:
    platform.add_domain()
    for name in ("strasse", "resume", "i", "ss"):
        platform.add_account(name, firstName=name)
    for name in ("straße", "résumé", "ı"):
        assert platform.call("Sip", "getAccounts", query={"filter": {"firstName": name}})["total"] == 1
        assert platform.call("Sip", "getAccounts", query={"filter": {"username": name}})["total"] == (name == "straße")


def test_lists_are_sorted_by_code_point_and_names_as_if_they_had_no_accents(platform: Platform) -> None:
    platform.add_domain()
    names = ["a b", "a-b", "a.b", "a_b", "äa", "ab", "abc", "zz", "ж", "陽", "👩"]
    usernames = sorted(["a-b", "a.b", "a_b", "ab", "abc", "zz", "0", "9", "~"])
    for name in reversed(usernames):
        platform.add_account(name)
    for number, name in enumerate(reversed(names)):
        account = {"username": f"c{number}", "password": "x", "organization": name}
        platform.call("Customer", "addAccount", account=account)
    order = {"attribute": "username", "direction": "ASC"}
    listed = platform.call("Sip", "getAccounts", query={"orderBy": order})["accounts"]
    assert [account["id"]["username"] for account in listed] == usernames
    order = {"attribute": "organization", "direction": "ASC"}
    customers = platform.call("Customer", "getCustomers", query={"orderBy": order})["accounts"]
    assert [c["organization"] for c in customers if c["organization"]] == names


def test_every_text_that_lists_are_searched_or_sorted_by_is_compared_by_code_point(server: TestServer) -> None:
    collations = {"sqlite": None, "postgresql": "C", "mysql": "utf8mb4_nopad_bin", "mariadb": "utf8mb4_nopad_bin"}
    keys = [column.name for column in sip_accounts.c if isinstance(column.type, Key)]
    columns: dict[str, Any] = {c["name"]: c["type"] for c in inspect(server.engine).get_columns("sip_accounts")}
    assert {getattr(columns[name], "collation", None) for name in keys} == {collations[server.engine.dialect.name]}


def test_a_call_that_reads_cannot_write(server: TestServer) -> None:
    row = {"customer_id": 1, "name": "x", "value": "", "category": "", "permission": ""}
    with (
        pytest.raises(DBAPIError, match=r"(?i)read.?only"),
        transaction(server.engine, write=False) as connection,
    ):
        connection.execute(insert(customer_properties).values(row))


def test_a_call_that_reads_sees_a_consistent_state(platform: Platform) -> None:
    platform.add_domain()
    engine = platform.server.engine
    with transaction(engine, write=False) as connection:
        query = sip_accounts.select()
        assert connection.execute(query).all() == []
        platform.add_account()
        assert connection.execute(query).all() == []
    with transaction(engine, write=False) as connection:
        assert len(connection.execute(query).all()) == 1
