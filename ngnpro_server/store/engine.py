"""Database engines and transactions, and the handling of the differences between databases."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import Connection, Engine, RootTransaction, Table, create_engine, event, inspect, make_url
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError, OperationalError
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
# A connection that was not used for this long, in seconds, is tested before it is used.
_IDLE = 1.0
# by which a PostgreSQL server whose machine has vanished is noticed in half a minute, not after a quarter of an hour
_VANISHED = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 25_000}
Sums: TypeAlias = Counter[tuple[str, str, str]]
WriteLast: TypeAlias = Callable[[Connection, Sums], None]
# what each open transaction writes before it commits
_LAST: WeakKeyDictionary[Connection, dict[WriteLast, Sums]] = WeakKeyDictionary()


class OutcomeUnknown(Exception):
    """The connection was lost during the commit, so that it is unknown whether the change was stored."""


class Collision(Fault):
    """This transaction was rolled back, because of a conflict or a lost connection; it can be retried immediately."""


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
        return engine
    event.listen(engine, "begin", _begin_postgresql if engine.dialect.name == "postgresql" else _begin_mariadb)
    _test_idle_connections(engine)
    return engine


@contextmanager
def transaction(
    engine: Engine, *, write: bool, lock: bool = True, foreign_keys: bool = True, serializable: bool = False
) -> Iterator[Connection]:
    """Open a transaction, which is committed at the end of the block and rolled back by any exception.

    Without ``write`` it reads a snapshot of the database and cannot write. With ``write`` each statement sees what
    others have committed before it; on SQLite the write lock is acquired at the start, so that the transaction cannot
    fail later for lack of it; with ``lock=False``, only when ``lock_for_writing`` is called. ``foreign_keys=False``
    switches off SQLite's foreign keys, as needed to rebuild a table. With ``serializable``, a concurrent change of rows
    that it has read leads to a ``Collision``.

    Raises ``Fault`` DATABASE_BUSY if the database cannot be reached or another transaction holds a lock for too long,
    its subclass ``Collision`` if the transaction can be retried immediately, and ``OutcomeUnknown`` if the connection
    was lost during the commit of a writing transaction.
    """
    mode = _Mode(write=write, lock=lock, foreign_keys=foreign_keys, serializable=serializable)
    try:
        with _connect(engine) as connection:
            connection.info["ngnpro_mode"] = mode
            begun = connection.begin()
            _LAST[connection] = {}
            try:
                yield connection
                for write_last, sums in _LAST[connection].items():
                    write_last(connection, sums)
            except BaseException:
                begun.rollback()
                raise
            _commit(begun, write=write)
    except OperationalError as error:
        # a connection that was lost before the commit changed nothing: the call is made again on another one
        if error.connection_invalidated or _is_one_of(_COLLISIONS, error):
            raise Collision(FaultCode.DATABASE_BUSY, _BUSY) from error
        if is_busy(error):
            raise Fault(FaultCode.DATABASE_BUSY, _BUSY) from error
        raise


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """Undo what the block did to the database if it raises; what came before it in the transaction is kept.

    Raises ``Fault`` DATABASE_BUSY if another transaction holds a lock for too long; a conflict that ends the whole
    transaction is raised as the database's error.
    """
    before = {write_last: sums.copy() for write_last, sums in _LAST.get(connection, {}).items()}
    try:
        with lock_timeouts(), connection.begin_nested():
            yield
    except BaseException:
        _LAST[connection] = before
        raise


@contextmanager
def lock_timeouts() -> Iterator[None]:
    """Convert the error that another transaction holds a lock for too long to the fault DATABASE_BUSY."""
    try:
        yield
    except OperationalError as error:
        if _is_one_of(_TIMEOUTS, error):
            raise Fault(FaultCode.DATABASE_BUSY, _BUSY) from error
        raise


def sums_for_the_end(connection: Connection, write: WriteLast) -> Sums | None:
    """Return the sums with which ``write`` is called before the commit, for the caller to add to.

    ``None`` if the transaction was not opened by ``transaction``.
    """
    waiting = _LAST.get(connection)
    return None if waiting is None else waiting.setdefault(write, Counter())


def lock_for_writing(connection: Connection) -> None:
    """Acquire the write lock of an SQLite file in a transaction that was begun with ``lock=False``.

    What it has read so far is not protected from changes by others.
    """
    if connection.dialect.name == "sqlite":
        driver = _driver(connection)
        driver.execute("COMMIT")
        _sqlite(connection, "BEGIN IMMEDIATE")


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
    return {"connect_args": {**connecting, **_VANISHED}}


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
    return {"connect_args": connecting}


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    # Switches off Python's transaction handling: _begin_sqlite begins transactions.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


@dataclass(frozen=True, slots=True)
class _Mode:
    """The kind of a transaction; the arguments of ``transaction``."""

    write: bool = True
    lock: bool = True
    foreign_keys: bool = True
    serializable: bool = False


_ORDINARY = _Mode()


def _mode(connection: Connection) -> _Mode:
    """Return the mode of the transaction that begins; the next one has the ordinary mode unless it sets another."""
    mode: _Mode = connection.info.pop("ngnpro_mode", _ORDINARY)
    return mode


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _sqlite(connection: Connection, statement: str) -> None:
    """Execute a statement without SQLAlchemy, which takes ten times as long as SQLite does for these."""
    try:
        _driver(connection).execute(statement)
    except sqlite3.OperationalError as error:
        raise OperationalError(statement, None, error) from error


def _begin_sqlite(connection: Connection) -> None:
    mode = _mode(connection)
    _sqlite(connection, f"PRAGMA query_only = {'OFF' if mode.write else 'ON'}")
    _sqlite(connection, f"PRAGMA foreign_keys = {'ON' if mode.foreign_keys else 'OFF'}")
    _sqlite(connection, "BEGIN IMMEDIATE" if mode.write and mode.lock else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    mode, driver = _mode(connection), _driver(connection)
    level = psycopg.IsolationLevel.READ_COMMITTED
    if not mode.write:
        level = psycopg.IsolationLevel.REPEATABLE_READ
    elif mode.serializable:
        level = psycopg.IsolationLevel.SERIALIZABLE
    # sent with the BEGIN, without a round trip of their own
    driver.isolation_level, driver.read_only = level, not mode.write


def _begin_mariadb(connection: Connection) -> None:
    """Set the isolation level of the connection, unless its last transaction had the same."""
    mode = _mode(connection)
    wanted = "READ COMMITTED, READ WRITE"
    if not mode.write:
        wanted = "REPEATABLE READ, READ ONLY"
    elif mode.serializable:
        wanted = "SERIALIZABLE, READ WRITE"
    if connection.info.get("ngnpro_level") != wanted:
        connection.exec_driver_sql(f"SET SESSION TRANSACTION ISOLATION LEVEL {wanted}")
        connection.info["ngnpro_level"] = wanted


def _test_idle_connections(engine: Engine) -> None:
    """Test connections that were idle before they are used: the database server may have been restarted."""

    def note(_connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info["ngnpro_used"] = time.monotonic()

    def test(connection: Any, entry: ConnectionPoolEntry, _proxy: Any) -> None:
        if time.monotonic() - entry.info.get("ngnpro_used", 0.0) < _IDLE:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError(str(error)) from error

    event.listen(engine, "connect", note)
    event.listen(engine, "checkin", note)
    event.listen(engine, "checkout", test)


def gather_statistics(engine: Engine) -> None:
    """Gather the statistics by which the database plans queries; needed after a bulk load, before it does so itself."""
    with _connect(engine) as connection:
        if engine.dialect.name in ("mysql", "mariadb"):
            names = inspect(connection).get_table_names()
            quoted = (engine.dialect.identifier_preparer.quote(name) for name in names)
            connection.exec_driver_sql(f"ANALYZE TABLE {', '.join(quoted)}").all()
        else:
            connection.exec_driver_sql("ANALYZE")
        connection.commit()


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


def upsert_sums(connection: Connection, table: Table, column: str, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows; to those whose primary key exists, add the number in ``column``."""
    if connection.dialect.name in ("mysql", "mariadb"):
        added = mysql.insert(table).values(rows)
        connection.execute(added.on_duplicate_key_update({column: table.c[column] + added.inserted[column]}))
        return
    statement = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(table).values(rows)
    sums = {column: table.c[column] + statement.excluded[column]}
    connection.execute(statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=sums))
