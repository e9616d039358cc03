"""A separate portal database for one test, which several threads may use at once."""

from __future__ import annotations

import atexit
import contextlib
import functools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import dj_database_url
import pytest
from django.core.management import call_command
from django.db import connection, connections

from . import needs
from .database_servers import DatabaseServer

T = TypeVar("T")

# The kinds of databases, as parameters of tests.
PORTAL_DATABASES = [
    pytest.param("sqlite"),
    pytest.param("postgresql", marks=[pytest.mark.real, pytest.mark.needs(needs.POSTGRESQL)]),
]

_SQLITE = {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": "PRAGMA journal_mode=WAL;"}


@contextlib.contextmanager
def portal_database(url: str) -> Iterator[None]:
    """Make the portal use the database at ``url`` until the block ends."""
    before, open_one = connections.databases["default"], connections["default"]
    wanted = dict(dj_database_url.parse(url))
    wanted["OPTIONS"] = _SQLITE if wanted["ENGINE"].endswith("sqlite3") else {}
    connections.databases["default"] = {**before, **wanted}
    del connections["default"]
    try:
        yield
    finally:
        connection.close()
        connections.databases["default"] = before
        connections["default"] = open_one


def sqlite_url(folder: Path) -> str:
    """Create a database with all tables and no rows, a SQLite file in a folder, and return its URL."""
    return f"sqlite:///{shutil.copy(_migrated_file(), folder / 'portal-of-test.sqlite3')}"


def at_once(calls: list[Callable[[], T]]) -> list[T]:
    """Run calls in parallel, each in a thread of its own, and close the connections that they opened."""

    def run(call: Callable[[], T]) -> T:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def copy_cookies(browser: Any, other: Any) -> Any:
    """Give another browser the session of the first one."""
    other.cookies = browser.cookies.copy()
    return other


def server_url(server: DatabaseServer) -> str:
    """Create a database with all tables and no rows on a PostgreSQL server, and return its URL."""
    server.create("portal", template=_migrated_template(server))
    return _server_url(server, "portal")


def _server_url(server: DatabaseServer, name: str) -> str:
    return f"postgres://ngnpro@{quote(str(server.folder), safe='')}/{name}"


# Migrating takes seconds, and copying a migrated database does not: each process of tests migrates once.
@functools.cache
def _migrated_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="portal-migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with portal_database(f"sqlite:///{folder / 'portal.sqlite3'}"):
        call_command("migrate", verbosity=0)
    return folder / "portal.sqlite3"


@functools.cache
def _migrated_template(server: DatabaseServer) -> str:
    server.create("portal_template")
    with portal_database(_server_url(server, "portal_template")):
        call_command("migrate", verbosity=0)
    return "portal_template"
