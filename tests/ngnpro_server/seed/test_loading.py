"""Bulk loading preserves all rows and all indexes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, inspect, select

from ngnpro_server.seed.loading import open_loader
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import account_groups, sip_domains
from tests.support.server import TestServer

_MANY = 1_000_000


@pytest.fixture
def engine(server: TestServer) -> Engine:
    return server.engine


def _row(number: int) -> dict[str, Any]:
    return {
        "domain": f"d{number}.example",
        "customer_id": 0,
        "reseller_id": 0,
        "certificate": "",
        "private_key": "",
        "match_ip_address": "",
        "match_sip_domain": "",
        "verify_cert": False,
        "require_cert": False,
        "last_number": 1000,
        "change_date": datetime(2026, 1, 1),
    }


def _indexes(connection: Connection) -> set[str | None]:
    return {index["name"] for index in inspect(connection).get_indexes("sip_domains")}


@pytest.mark.parametrize("number", [1, 4999, 5000, 12_345])
def test_every_row_is_inserted(engine: Engine, number: int) -> None:
    with transaction(engine, write=True) as connection, open_loader(number, (connection, [sip_domains])) as loader:
        for index in range(number):
            loader.add(sip_domains, _row(index))
    with transaction(engine, write=False) as connection:
        assert connection.execute(select(func.count()).select_from(sip_domains)).scalar() == number


def test_parents_go_before_children(engine: Engine) -> None:
    with (
        transaction(engine, write=True) as connection,
        open_loader(1, (connection, [sip_domains, account_groups])) as loader,
    ):
        loader.add(account_groups)
        loader.add(sip_domains, _row(1))


def test_indexes_are_made_after_many_rows(engine: Engine) -> None:
    with transaction(engine, write=True) as connection:
        before = _indexes(connection)
        with open_loader(_MANY, (connection, [sip_domains])) as loader:
            assert _indexes(connection) == (before if connection.dialect.name == "mariadb" else set())
            loader.add(sip_domains, _row(1))
        assert _indexes(connection) == before != set()


def test_a_failure_keeps_the_indexes(engine: Engine) -> None:
    with transaction(engine, write=False) as connection:
        before = _indexes(connection)
    with (
        pytest.raises(ZeroDivisionError),
        transaction(engine, write=True) as connection,
        open_loader(_MANY, (connection, [sip_domains])),
    ):
        raise ZeroDivisionError
    with transaction(engine, write=False) as connection:
        assert _indexes(connection) == before
