"""Debian's PostgreSQL and MariaDB for tests: default settings, a folder of their own, and always stopped at the end."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import OperationalError

from . import needs
from .processes import Program, running

NAME = "ngnpro"
# the system users that the Debian packages create
USERS = {"postgresql": "postgres", "mariadb": "mysql"}
# What protects a database against power cuts would only slow tests down.
UNSAFE_POSTGRESQL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
UNSAFE_MARIADB = {"innodb-flush-log-at-trx-commit": "0", "innodb-flush-method": "nosync", "sync-frm": "0"}
POSTGRESQL_SETTINGS = {"listen_addresses": "", "max_connections": "200", "deadlock_timeout": "100ms"}
MARIADB_SETTINGS = {"skip-networking": "1", "innodb-buffer-pool-size": "64M"}


@dataclass(frozen=True)
class DatabaseServer:
    """A running database server; it listens on a socket in its own folder, and on no port."""

    kind: str
    folder: Path
    programs: list[Program] = field(default_factory=list, compare=False)  # the one that runs is the last

    def kill(self) -> None:
        """Kill the server without a warning, and start it again with the same data."""
        killed = self.programs[-1]
        with contextlib.suppress(ProcessLookupError):  # it has ended by itself
            killed.kill()
        again = Program(killed.command, os.environ, self.folder / "log", killed.user)
        self.programs.append(again)
        again.wait_until(self.answers, f"{self.kind} answers again")

    def url(self, database: str = NAME) -> str:
        """Return the SQLAlchemy URL of one of its databases."""
        if self.kind == "postgresql":
            return f"postgresql+psycopg://ngnpro@/{database}?host={self.folder}"
        return f"mariadb+pymysql://root@localhost/{database}?unix_socket={self._socket}&ssl_disabled=yes"

    def create(self, database: str, *, template: str = "") -> str:
        """Create a database with the server's defaults and return its SQLAlchemy URL.

        It is empty, or on PostgreSQL a copy of the database ``template``.
        """
        with self._administering() as engine, engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {database}")
            connection.exec_driver_sql(f"CREATE DATABASE {database}{f' TEMPLATE {template}' if template else ''}")
        return self.url(database)

    def answers(self) -> bool:
        """Return whether the server accepts connections yet."""
        try:
            # tried first without PyMySQL, which leaves a socket open when it cannot connect
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(self._socket))
            with self._administering() as engine, engine.connect():
                return True
        except (OSError, OperationalError):
            return False

    @property
    def _socket(self) -> Path:
        return self.folder / (".s.PGSQL.5432" if self.kind == "postgresql" else "socket")

    @contextlib.contextmanager
    def _administering(self) -> Iterator[Engine]:
        database = "postgres" if self.kind == "postgresql" else ""
        engine = create_engine(make_url(self.url(database)), isolation_level="AUTOCOMMIT")
        yield engine
        engine.dispose()


@contextlib.contextmanager
def database_server(kind: str, *, durable: bool = False, within: Path | None = None) -> Iterator[DatabaseServer]:
    """Run the database server of the Debian package for ``kind``: ``postgresql`` or ``mariadb``.

    ``durable`` keeps the settings that protect against power cuts, as in production. ``within``: where its folder is.
    """
    prepare = {"postgresql": _prepare_postgresql, "mariadb": _prepare_mariadb}[kind]
    with tempfile.TemporaryDirectory(prefix=f"ngnpro-{kind}-", dir=within) as name:
        folder = Path(name)
        user = system_user(USERS[kind], folder)
        with running(prepare(folder, user, durable), os.environ, folder / "log", user) as program:
            server = DatabaseServer(kind, folder)
            program.wait_until(server.answers, f"{kind} answers")
            server.programs.append(program)
            yield server
            # these signals also stop servers with open connections; on SIGTERM, PostgreSQL would wait for its clients
            last = server.programs[-1]
            last.signal(signal.SIGINT if kind == "postgresql" else signal.SIGTERM)
            last.wait()


def _prepare_postgresql(folder: Path, user: str | None, durable: bool) -> list[str]:
    """Create a cluster whose collation is not the project's, so that columns relying on the default are detected."""
    options = ("-U", "ngnpro", "-A", "trust", "-E", "UTF8", "--no-sync")
    collation = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US")
    run_as((needs.program("initdb"), "-D", f"{folder}/data", *options, *collation), user)
    settings = ({} if durable else UNSAFE_POSTGRESQL) | POSTGRESQL_SETTINGS | {"unix_socket_directories": str(folder)}
    given = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return [needs.program("postgres"), "-D", f"{folder}/data", *given]


def _prepare_mariadb(folder: Path, user: str | None, durable: bool) -> list[str]:
    """Create a server with MariaDB's defaults: character set latin1, and a collation that ignores case and accents."""
    data = ("--no-defaults", f"--datadir={folder}/data")
    install = needs.program("mariadb-install-db")
    run_as((install, *data, "--auth-root-authentication-method=normal", "--skip-test-db"), user)
    settings = MARIADB_SETTINGS | ({} if durable else UNSAFE_MARIADB)
    given = [f"--{name}={value}" for name, value in settings.items()]
    return [needs.program("mariadbd"), *data, f"--socket={folder}/socket", *given]


def system_user(name: str, folder: Path) -> str | None:
    """As root, give the folder to Debian's user of the server and return its name: database servers refuse root."""
    if os.getuid() != 0:
        return None
    shutil.chown(folder, name, name)
    return name


def run_as(command: Sequence[str], user: str | None) -> None:
    """Run a command as a user of the system, or as oneself; ``AssertionError`` with its output if it fails."""
    done = subprocess.run(
        command, user=user, group=user, extra_groups=[] if user else None, capture_output=True, text=True, cwd="/"
    )
    assert done.returncode == 0, done.stdout + done.stderr
