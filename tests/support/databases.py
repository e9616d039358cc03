"""The empty database of a test's server: a SQLite file, or a database of a running database server."""

from __future__ import annotations

import atexit
import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

from ngnpro_server.config import Database
from ngnpro_server.platform.install import prepare_proxy, upgrade_platform
from ngnpro_server.store.engine import open_engine

from .database_servers import DatabaseServer, database_server
from .rows import delete_all

KINDS = ("sqlite", "postgresql", "mariadb")


class _Use:
    """The database server and the engines of the running test."""

    server: DatabaseServer | None = None
    engines: list[Engine] = []
    last_calls: list[Callable[[], None]] = []


@contextlib.contextmanager
def serving(kind: str) -> Iterator[DatabaseServer]:
    """Run a database server for all tests of a test run."""
    with database_server(kind) as server:
        yield server
        _cleaner(server).dispose()


@contextlib.contextmanager
def using(server: DatabaseServer | None) -> Iterator[None]:
    """Make ``empty_database`` return databases of a server, or of SQLite, within the block."""
    _Use.server = server
    try:
        yield
    finally:
        _Use.server = None
        close_engines()


def empty_database(folder: Path) -> Database:
    """Create a database with all tables and no rows; a SQLite database is a file in ``folder``."""
    if _Use.server is None:
        for file in _empty_files().iterdir():
            shutil.copy(file, folder)
        return sqlite_database(folder)
    return _emptied(_Use.server)


def new_database(folder: Path) -> Database:
    """Create a database without tables that no other test uses; a SQLite database is a file in ``folder``."""
    if _Use.server is None:
        return sqlite_database(folder)
    url = _Use.server.create("new")
    return Database(url=url, proxy_url=url)


def close_at_end(engine: Engine) -> None:
    """Close an engine at the end of the test, since each holds connections; share its statements with later engines."""
    engine.update_execution_options(compiled_cache=_statements(engine.dialect.name))
    _Use.engines.append(engine)


def call_at_end(function: Callable[[], None]) -> None:
    """Call a function at the end of the test, before its engines are closed."""
    _Use.last_calls.append(function)


def close_engines() -> None:
    """Let what uses the engines of the test that ends come to rest, and close and forget them."""
    while _Use.last_calls:
        _Use.last_calls.pop()()
    while _Use.engines:
        _Use.engines.pop().dispose()


def sqlite_database(folder: Path, **settings: int) -> Database:
    """Return the configuration of the two SQLite databases in a folder."""
    urls = {"url": "ngnpro.sqlite3", "proxy_url": "proxy.sqlite3"}
    return Database(**{name: f"sqlite:///{folder / file}" for name, file in urls.items()}, **settings)


@cache
def _empty_files() -> Path:
    directory = Path(tempfile.mkdtemp(prefix="ngnpro-test-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    _make_tables(sqlite_database(directory))
    return directory


@cache
def _prepared(server: DatabaseServer) -> Database:
    """Create the database that all tests on this server share."""
    url = server.create("ngnpro")
    database = Database(url=url, proxy_url=url)
    _make_tables(database)
    return database


class _Statements(LRUCache[Any, Any]):
    """Compiled statements for every engine of one kind of database: compiling them again takes a quarter of a test."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_without_dialect(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_without_dialect(key), value)


def _without_dialect(key: tuple[Any, ...]) -> tuple[Any, ...]:
    _dialect, *statement = key
    return tuple(statement)


@cache
def _statements(_kind: str) -> _Statements:
    return _Statements(3000)


def _make_tables(database: Database) -> None:
    for url, make in ((database.url, upgrade_platform), (database.proxy_url, prepare_proxy)):
        engine = open_engine(url, database)
        make(engine)
        engine.dispose()


def _emptied(server: DatabaseServer) -> Database:
    """Delete the rows of the previous test; that is faster than creating a database for each."""
    delete_all(_cleaner(server))
    return _prepared(server)


@cache
def _cleaner(server: DatabaseServer) -> Engine:
    database = _prepared(server)
    return open_engine(database.url, database)
