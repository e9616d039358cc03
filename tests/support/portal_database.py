"""A separate portal database for one test, which several threads may use at once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import dj_database_url
from django.core.management import call_command
from django.db import connection, connections

from .database_servers import DatabaseServer

T = TypeVar("T")

_SQLITE = {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": "PRAGMA journal_mode=WAL;"}


@contextlib.contextmanager
def portal_database(url: str) -> Iterator[None]:
    """Make the portal use the empty database at ``url`` until the block ends; all tables are created."""
    before, open_one = connections.databases["default"], connections["default"]
    wanted = dict(dj_database_url.parse(url))
    wanted["OPTIONS"] = _SQLITE if wanted["ENGINE"].endswith("sqlite3") else {}
    connections.databases["default"] = {**before, **wanted}
    del connections["default"]
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        connection.close()
        connections.databases["default"] = before
        connections["default"] = open_one


def sqlite_url(folder: Path) -> str:
    """Return the URL of a SQLite file in a folder."""
    return f"sqlite:///{folder / 'portal-of-test.sqlite3'}"


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
    """Create an empty portal database on a PostgreSQL server and return its URL."""
    server.create("portal")
    return f"postgres://ngnpro@{quote(str(server.folder), safe='')}/portal"
