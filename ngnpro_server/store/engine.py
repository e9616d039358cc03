"""Engines and transactions: one transaction per call, and each database's manners in one place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from ngnpro_server.config import Database
from ngnpro_server.soap.faults import Fault, FaultCode

# SQLSTATE or vendor numbers that mean "somebody else is in the way; try again":
# PostgreSQL serialization_failure, deadlock_detected, lock_not_available; MariaDB deadlock, lock wait timeout.
_BUSY = {"40001", "40P01", "55P03", 1205, 1213}


def open_engine(url: str, database: Database) -> Engine:
    """Open the database at ``url``; nothing is connected before the first transaction."""
    address = make_url(url)
    options: dict[str, Any] = {"hide_parameters": True, "pool_pre_ping": True}
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_size=database.pool_size, isolation_level="READ COMMITTED", **options)
    engine = create_engine(address, connect_args={"timeout": database.busy_timeout}, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def transaction(engine: Engine, *, write: bool) -> Iterator[Connection]:
    """Open one transaction: committed at the end, rolled back by any exception.

    A writing one takes SQLite's write lock at its start, so that it cannot fail half-way for want of it.
    Raises ``Fault`` DATABASE_BUSY when another transaction is in the way.
    """
    try:
        with engine.connect().execution_options(ngnpro_write=write) as connection, connection.begin():
            yield connection
    except OperationalError as error:
        if is_busy(error):
            text = "The database is busy, nothing was changed; please try again."
            raise Fault(FaultCode.DATABASE_BUSY, text) from error
        raise


@contextmanager
def unique_or(code: FaultCode, text: str) -> Iterator[None]:
    """Turn a breach of a unique key inside the block into the given fault."""
    try:
        yield
    except IntegrityError as error:
        raise Fault(code, text) from error


def is_busy(error: OperationalError) -> bool:
    """Tell whether a database error only means that another transaction is in the way."""
    original = error.orig
    if isinstance(original, sqlite3.OperationalError):
        return original.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    state = getattr(original, "sqlstate", None)
    number = original.args[0] if original is not None and original.args else None
    return state in _BUSY or number in _BUSY


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    # Python's own transaction handling is switched off: _begin_sqlite begins them.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("ngnpro_write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
