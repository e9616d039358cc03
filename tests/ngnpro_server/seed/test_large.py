"""Platforms of any size: as many accounts as asked for, all of them sound."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

from ngnpro_server.seed.command import seed
from ngnpro_server.store import accounts, customers, domains
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import metadata
from tests.support.seeded import RESERVED_DOMAIN, items, wrong_counts
from tests.support.server import TestServer

_TALLIES = {customers.TALLY: "customers", domains.TALLY: "sip_domains", accounts.TALLY: "sip_accounts"}


@pytest.mark.parametrize(("number", "domains"), [(1, 1), (499, 1), (1700, 3)])
def test_it_has_as_many_accounts_as_asked_for(server: TestServer, number: int, domains: int) -> None:
    seed(server.engine, server.config, accounts=number)
    assert server.call("Sip", "getAccounts", query={"range": {"count": 1}})["total"] == number
    assert server.call("Sip", "getDomains", query={"range": {"count": 1}})["total"] == domains


def test_the_kept_numbers_are_true(large: TestServer) -> None:
    assert not wrong_counts(large, _TALLIES)


def test_its_indexes_are_those_of_the_tables(large: TestServer) -> None:
    with transaction(large.engine, write=False) as connection:
        for table in metadata.sorted_tables:
            found = {index["name"] for index in inspect(connection).get_indexes(table.name)}
            assert found >= {index.name for index in table.indexes}


def test_accounts_are_as_the_server_would_have_stored_them(large: TestServer) -> None:
    for account in items(large, "Sip", "getAccounts")[::20]:
        written = large.call("Sip", "updateAccount", account=account)
        assert written | {"changeDate": account["changeDate"]} == account


def test_a_new_account_gets_the_next_number(large: TestServer) -> None:
    domain = items(large, "Sip", "getDomains")[0]["domain"]
    sip_id = {"username": "somebody-new", "domain": domain}
    large.call("Sip", "addAccount", account={"id": sip_id, "password": "secret"})
    assert large.call("Sip", "getAccount", sipId=sip_id)["id"] == sip_id
    large.call("Sip", "deleteAccount", sipId=sip_id)


def test_its_accounts_belong_to_those_of_their_domains(large: TestServer) -> None:
    holders = {domain["domain"]: domain["customer"] for domain in items(large, "Sip", "getDomains")}
    assert len(holders) == 4
    assert all(RESERVED_DOMAIN.fullmatch(name) for name in holders)
    for account in items(large, "Sip", "getAccounts"):
        assert account["owner"] == account["customer"] == holders[account["id"]["domain"]]
