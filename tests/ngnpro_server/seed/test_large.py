"""Platforms of any size: the requested number of accounts, all of them valid."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

from ngnpro_server.seed.command import seed_platform
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import metadata
from tests.support.seeded import RESERVED_DOMAIN, items, wrong_counts
from tests.support.server import TestServer


@pytest.mark.parametrize(("number", "domains"), [(1, 1), (499, 1), (1700, 3)])
def test_it_has_as_many_accounts_as_asked_for(server: TestServer, number: int, domains: int) -> None:
    seed_platform(server.engine, server.app.proxy, server.config, accounts=number)
    assert server.call("Sip", "getAccounts", query={"range": {"count": 1}})["total"] == number
    assert server.call("Sip", "getDomains", query={"range": {"count": 1}})["total"] == domains


def test_the_kept_numbers_are_true(large: TestServer) -> None:
    assert not wrong_counts(large)


def test_its_indexes_are_those_of_the_tables(large: TestServer) -> None:
    with transaction(large.engine, write=False) as connection:
        for table in metadata.sorted_tables:
            found = {index["name"] for index in inspect(connection).get_indexes(table.name)}
            assert found >= {index.name for index in table.indexes}


def test_more_can_be_added_to_it(server: TestServer) -> None:
    seed_platform(server.engine, server.app.proxy, server.config, accounts=600)
    domain = items(server, "Sip", "getDomains")[0]["domain"]
    sip_id = {"username": "somebody-new", "domain": domain}
    server.call("Sip", "addAccount", account={"id": sip_id, "password": "secret"})
    server.call("Voicemail", "addAccount", account={"sipId": sip_id, "password": "123456"})
    server.call("Sip", "addAlias", alias={"id": sip_id | {"username": "another-name"}, "target": sip_id})
    assert server.call("Sip", "getAccounts", query={"range": {"count": 1}})["total"] == 601


def test_its_accounts_belong_to_those_of_their_domains(large: TestServer) -> None:
    holders = {domain["domain"]: domain["customer"] for domain in items(large, "Sip", "getDomains")}
    assert len(holders) == 4
    assert all(RESERVED_DOMAIN.fullmatch(name) for name in holders)
    for account in items(large, "Sip", "getAccounts"):
        assert account["owner"] == account["customer"] == holders[account["id"]["domain"]]
