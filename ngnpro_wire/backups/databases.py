"""Copies of a database as it was at one moment, made while programs work with it: SQLite files and PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from .errors import BackupError

_SQLITE_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
_POSTGRESQL_TABLES = """\
SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
ORDER BY 1, 2"""


class Snapshot(Protocol):
    """A database as it was when the snapshot was opened, whatever is written in the meantime."""

    def rows(self) -> dict[str, int]:
        """Return the number of rows of each table."""

    def write(self, file: Path) -> None:
        """Write a copy to a new file."""


class Database(Protocol):
    """A database that can be copied and restored. ``kind`` is ``sqlite`` or ``postgresql``."""

    kind: ClassVar[str]

    @property
    def name(self) -> str:
        """Its name for people, without a password."""

    def snapshot(self) -> contextlib.AbstractContextManager[Snapshot]:
        """Open a snapshot for the block."""

    def is_empty(self) -> bool:
        """Return whether there is no table."""

    def load(self, file: Path) -> None:
        """Restore a copy; raise ``BackupError`` if the database is not empty, or the copy cannot be read."""


@dataclass(frozen=True)
class SqliteFile:
    """A SQLite database in a file."""

    path: Path
    kind: ClassVar[str] = "sqlite"

    @property
    def name(self) -> str:
        return str(self.path)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with closing(_opened(self.path)) as connection:
            yield _SqliteSnapshot(connection)

    def is_empty(self) -> bool:
        if not self.path.exists():
            return True
        with closing(_opened(self.path)) as connection:
            return not connection.execute(_SQLITE_TABLES).fetchall()

    def load(self, file: Path) -> None:
        if not self.is_empty():
            raise BackupError(f"The database {self.name} is not empty.")
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _beside(self.path) as copy:
            with closing(_opened(file)) as source:
                _SqliteSnapshot(source).write(copy)
            # an empty file, with the log of its journal mode, may be there already
            for name in (self.path, Path(f"{self.path}-wal"), Path(f"{self.path}-shm")):
                name.unlink(missing_ok=True)
            os.link(copy, self.path)


@dataclass
class _SqliteSnapshot:
    connection: sqlite3.Connection

    def __post_init__(self) -> None:
        # the first read fixes what the transaction sees; the backup below reads within this transaction
        self.connection.execute("BEGIN")
        self.connection.execute(_SQLITE_TABLES).fetchall()

    def rows(self) -> dict[str, int]:
        names = [name for (name,) in self.connection.execute(_SQLITE_TABLES).fetchall()]
        count = self.connection.execute
        return {name: int(count(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]) for name in names}  # noqa: S608

    def write(self, file: Path) -> None:
        file.touch(mode=0o600)
        with closing(sqlite3.connect(file)) as target:
            self.connection.backup(target)
            found = target.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise BackupError(f"The copy of a database is damaged ({found}): check the database and the disk.")


def _opened(path: Path) -> sqlite3.Connection:
    try:
        opened = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30, isolation_level=None)
        opened.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"The database {path} cannot be read: {error}.") from None
    return opened


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=path.parent) as folder:
        yield Path(folder) / path.name


@dataclass(frozen=True)
class Postgresql:
    """A database of a PostgreSQL server; ``conninfo`` is libpq's connection string."""

    conninfo: str = field(repr=False)
    kind: ClassVar[str] = "postgresql"

    @property
    def name(self) -> str:
        parts = conninfo_to_dict(self.conninfo)
        return f"{parts.get('dbname', '')} on {parts.get('host', 'this machine')}"

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with self._connected() as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            yield _PostgresqlSnapshot(connection, self._run)

    def is_empty(self) -> bool:
        with self._connected() as connection:
            return not connection.execute(_POSTGRESQL_TABLES).fetchall()

    def load(self, file: Path) -> None:
        if not self.is_empty():
            raise BackupError(f"The database {self.name} is not empty.")
        self._run("pg_restore", "--single-transaction", "--no-owner", "--no-privileges", str(file))

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection]:
        try:
            opened = psycopg.connect(self.conninfo)
        except psycopg.OperationalError as error:
            raise BackupError(f"The database {self.name} cannot be reached: {str(error).strip()}") from None
        with opened:
            yield opened

    def _run(self, program: str, *words: str) -> None:
        parts = conninfo_to_dict(self.conninfo)
        password = str(parts.pop("password", "") or "")
        parts.pop("client_encoding", None)
        command = [program, *words, "--dbname", make_conninfo("", **parts)]
        environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
        try:
            done = subprocess.run(command, env=environment, capture_output=True, text=True)  # noqa: S603
        except FileNotFoundError:
            raise BackupError(f"{program} is missing: apt install postgresql-client") from None
        if done.returncode:
            raise BackupError(f"{program} failed for {self.name}: {done.stderr.strip()}")


@dataclass
class _PostgresqlSnapshot:
    connection: psycopg.Connection
    run: Callable[..., None]

    def __post_init__(self) -> None:
        found = self.connection.execute("SELECT pg_export_snapshot()").fetchone()
        self.number = str(found[0]) if found else ""

    def rows(self) -> dict[str, int]:
        tables = self.connection.execute(_POSTGRESQL_TABLES).fetchall()
        return {table: self._count(schema, table) for schema, table in tables}

    def _count(self, schema: str, table: str) -> int:
        query = sql.SQL("SELECT COUNT(*) FROM {}").format(sql.Identifier(schema, table))
        found = self.connection.execute(query).fetchone()
        return int(found[0]) if found else 0

    def write(self, file: Path) -> None:
        file.touch(mode=0o600)
        # compressed together with everything else
        words = ("--format=custom", "--compress=0", "--no-owner", "--no-privileges", f"--snapshot={self.number}")
        self.run("pg_dump", *words, "--file", str(file))
