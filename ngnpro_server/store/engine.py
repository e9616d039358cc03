"""Database engines and transactions, and the handling of the differences between databases."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, RootTransaction, Table, create_engine, event, make_url
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from ngnpro_server.config import Database
from ngnpro_server.faults import Fault
from ngnpro_wire.facts.fault_codes import FaultCode

_log = logging.getLogger("ngnpro.database")
_BUSY = "The database is busy. Nothing was changed; try again."
# SQLSTATE or vendor numbers. The database rolled this transaction back to let another one continue:
# PostgreSQL serialization_failure and deadlock_detected; MariaDB deadlock and "record has changed".
_COLLISIONS: set[str | int] = {"40001", "40P01", 1213, 1020}
# Another transaction held a lock for too long: PostgreSQL lock_not_available, MariaDB lock wait timeout.
_TIMEOUTS: set[str | int] = {"55P03", 1205}


class OutcomeUnknown(Exception):
    """The connection was lost during the commit, so that it is unknown whether the change was stored."""


class Collision(Fault):
    """This transaction was rolled back because of a conflict with another one; it can be retried immediately."""


def open_engine(url: str, database: Database) -> Engine:
    """Create the engine for the database at ``url``; it connects at the first transaction."""
    address = make_url(url)
    connecting: dict[str, Callable[[Database], dict[str, Any]]] = {
        "sqlite": _sqlite_options,
        "postgresql": _postgresql_options,
    }
    options = connecting.get(address.get_backend_name(), _mariadb_options)(database)
    # each thread needs one connection at most, so the number of threads is the limit
    options |= {"hide_parameters": True, "pool_size": database.pool_size, "max_overflow": -1}
    engine = create_engine(address, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.name != "postgresql":
        event.listen(engine, "begin", _begin_mariadb)
    return engine


@contextmanager
def transaction(
    engine: Engine, *, write: bool, foreign_keys: bool = True, serializable: bool = False
) -> Iterator[Connection]:
    """Open a transaction, which is committed at the end of the block and rolled back by any exception.

    Without ``write`` it reads a snapshot of the database and cannot write. With ``write`` each statement sees what
    others have committed before it; on SQLite the write lock is acquired at the start, so that the transaction cannot
    fail later for lack of it. ``foreign_keys=False`` switches off SQLite's foreign keys, as needed to rebuild a table.
    With ``serializable``, a concurrent change of rows that it has read leads to a ``Collision``.

    Raises ``Fault`` DATABASE_BUSY if the database cannot be reached or another transaction holds a lock for too long,
    its subclass ``Collision`` if the transaction can be retried immediately, and ``OutcomeUnknown`` if the connection
    was lost during the commit of a writing transaction.
    """
    options: dict[str, Any] = {"ngnpro_write": write, "ngnpro_foreign_keys": foreign_keys}
    if engine.dialect.name == "postgresql" and not write:
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    elif serializable and engine.dialect.name != "sqlite":
        options |= {"isolation_level": "SERIALIZABLE"}
    try:
        with _connect(engine).execution_options(**options) as connection:
            begun = connection.begin()
            try:
                yield connection
            except BaseException:
                begun.rollback()
                raise
            _commit(begun, write=write)
    except OperationalError as error:
        if _is_one_of(_COLLISIONS, error):
            raise Collision(FaultCode.DATABASE_BUSY, _BUSY) from error
        if is_busy(error):
            raise Fault(FaultCode.DATABASE_BUSY, _BUSY) from error
        raise


@contextmanager
def unique_or(code: FaultCode, text: str) -> Iterator[None]:
    """Convert a violation of a unique key inside the block to a fault with the given code and text."""
    try:
        yield
    except IntegrityError as error:
        raise Fault(code, text) from error


def is_busy(error: OperationalError) -> bool:
    """Return whether a database error only means that another transaction holds a lock."""
    original = error.orig
    if isinstance(original, sqlite3.OperationalError):
        return original.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return _is_one_of(_TIMEOUTS | _COLLISIONS, error)


def _commit(begun: RootTransaction, *, write: bool) -> None:
    """Commit. Raises the database's error if it refused the commit, ``OutcomeUnknown`` if the connection was lost."""
    try:
        begun.commit()
    except DBAPIError as error:
        refused = isinstance(error.orig, sqlite3.Error) or isinstance(error, IntegrityError)
        if not write or refused or _is_one_of(_TIMEOUTS | _COLLISIONS, error):
            raise
        raise OutcomeUnknown(f"The database did not say whether it committed: {error.orig}") from error


def _is_one_of(codes: set[str | int], error: DBAPIError) -> bool:
    original = error.orig
    number = original.args[0] if original is not None and original.args else None
    return getattr(original, "sqlstate", None) in codes or number in codes


def _connect(engine: Engine) -> Connection:
    try:
        return engine.connect()
    except OperationalError as error:
        if is_busy(error):
            raise
        _log.error("The database cannot be reached: %s", error.orig)
        text = "The database cannot be reached. Nothing was changed; try again later."
        raise Fault(FaultCode.DATABASE_BUSY, text) from error


def _sqlite_options(database: Database) -> dict[str, Any]:
    return {"connect_args": {"timeout": database.busy_timeout}}


def _postgresql_options(database: Database) -> dict[str, Any]:
    connecting = {
        "connect_timeout": database.busy_timeout,
        "application_name": "ngnpro_server",
        "options": f"-c lock_timeout={database.busy_timeout}s",
    }
    return {"connect_args": connecting, "pool_pre_ping": True, "isolation_level": "READ COMMITTED"}


def _mariadb_options(database: Database) -> dict[str, Any]:
    settings = {
        "innodb_lock_wait_timeout": database.busy_timeout,
        "lock_wait_timeout": database.busy_timeout,
        # text that is too long is refused, never truncated
        "sql_mode": "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
    }
    connecting = {
        "connect_timeout": database.busy_timeout,
        "charset": "utf8mb4",
        "init_command": "SET SESSION " + ", ".join(f"{name} = {value}" for name, value in settings.items()),
    }
    return {"connect_args": connecting, "pool_pre_ping": True, "isolation_level": "READ COMMITTED"}


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    # Switches off Python's transaction handling: _begin_sqlite begins transactions.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    write, foreign_keys = options.get("ngnpro_write", True), options.get("ngnpro_foreign_keys", True)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if write else 'ON'}")
    connection.exec_driver_sql(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _begin_mariadb(connection: Connection) -> None:
    if not connection.get_execution_options().get("ngnpro_write", True):
        # applies to the transaction that the next statement begins
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def upsert(connection: Connection, table: Table, values: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """Insert ``values``, or apply ``changes`` to the existing row with the same primary key."""
    if connection.dialect.name in ("mysql", "mariadb"):
        connection.execute(mysql.insert(table).values(**values).on_duplicate_key_update(**changes))
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).values(**values)
    connection.execute(
        statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=dict(changes))
    )
