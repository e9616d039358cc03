"""A database of its own for the portal of one test, which several threads may use at once."""

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
    """Let the portal use the empty database at ``url``, with all its tables, until the block ends."""
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
    """Name a file of SQLite in a folder."""
    return f"sqlite:///{folder / 'portal-of-test.sqlite3'}"


def at_once(calls: list[Callable[[], T]]) -> list[T]:
    """Make calls in as many threads, and close the connections that they opened."""

    def run(call: Callable[[], T]) -> T:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def copy_cookies(browser: Any, other: Any) -> Any:
    """Let another browser have the session of one."""
    other.cookies = browser.cookies.copy()
    return other


def server_url(server: DatabaseServer) -> str:
    """Make an empty database for the portal on a server of PostgreSQL, and name it."""
    server.create("portal")
    return f"postgres://ngnpro@{quote(str(server.folder), safe='')}/portal"
