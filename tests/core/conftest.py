"""A PostgreSQL server for the tests that need a portal database which several threads can use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.database_servers import DatabaseServer, database_server


@pytest.fixture(scope="package")
def postgresql() -> Iterator[DatabaseServer]:
    with database_server("postgresql") as server:
        yield server
