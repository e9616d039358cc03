"""Fixtures of the server's tests: the three databases, a server and a platform on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import databases, needs
from tests.support.database_servers import DatabaseServer
from tests.support.platform import Platform, copy_platform
from tests.support.server import TestServer, make_server

DATABASES = {
    "sqlite": pytest.param("sqlite"),
    "postgresql": pytest.param("postgresql", marks=[pytest.mark.real, pytest.mark.needs(needs.POSTGRESQL)]),
    "mariadb": pytest.param("mariadb", marks=[pytest.mark.real, pytest.mark.needs(needs.MARIADB)]),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that uses a folder, and so a database, on all three databases, or on those it is marked with."""
    if "tmp_path" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("databases")
        wanted = marker.args if marker else databases.KINDS
        metafunc.parametrize("database", [DATABASES[kind] for kind in wanted], indirect=True)


@pytest.fixture(autouse=True)
def database(request: pytest.FixtureRequest) -> Iterator[DatabaseServer | None]:
    """The database server that ``make_server`` uses in this test; ``None`` for SQLite."""
    kind = getattr(request, "param", "sqlite")
    server = None if kind == "sqlite" else request.getfixturevalue(kind)
    with databases.using(server):
        yield server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[DatabaseServer]:
    """PostgreSQL, for all tests together."""
    with databases.serving("postgresql") as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[DatabaseServer]:
    """MariaDB, for all tests together."""
    with databases.serving("mariadb") as server:
        yield server


@pytest.fixture
def server(tmp_path: Path) -> TestServer:
    """A server with an empty database."""
    return make_server(tmp_path)


@pytest.fixture
def platform(server: TestServer) -> Platform:
    """A server with two resellers and three customers."""
    return copy_platform(server)
