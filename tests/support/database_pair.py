"""A PostgreSQL primary with a synchronous standby, as docs/operations.md describes, for tests and `make prove-pair`."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from portal.running.commands import HOST

from . import needs
from .database_servers import run_as, system_user
from .processes import Program, free_port, wait_until

NAMES = ("one", "two")
SETTINGS = {
    "listen_addresses": HOST,
    "max_connections": "200",
    "wal_level": "replica",
    "hot_standby": "on",
    "unix_socket_directories": "",
    # in its own folder, so that a server that is killed leaves nothing elsewhere
    "dynamic_shared_memory_type": "mmap",
}


@dataclass
class DatabasePair:
    """Two PostgreSQL servers, ``one`` and ``two``; ``primary`` can be written to, and the other follows it."""

    folder: Path
    user: str | None
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in NAMES})
    programs: dict[str, Program] = field(default_factory=dict)
    primary: str = "one"

    @property
    def standby(self) -> str:
        """Return the name of the server that is not the primary."""
        return next(name for name in NAMES if name != self.primary)

    def create(self, *databases: str) -> None:
        """Create the primary with its databases, and then its standby."""
        initial = (needs.program("initdb"), "-D", str(self._data("one")), "-U", "ngnpro", "-A", "trust", "-E", "UTF8")
        run_as((*initial, "--locale=C.UTF-8"), self.user)
        self.start("one")
        for database in databases:
            self.tell(f"CREATE DATABASE {database}")
        self.add_standby()

    def start(self, name: str) -> None:
        """Start one of the servers, and wait until it answers."""
        given = [f"{key}={value}" for key, value in {**SETTINGS, "port": str(self.ports[name])}.items()]
        command = [needs.program("postgres"), "-D", str(self._data(name)), *[w for one in given for w in ("-c", one)]]
        self.programs[name] = Program(command, os.environ, self.folder / f"{name}.log", self.user)
        self.programs[name].wait_until(lambda: self.ask(name, "SELECT 1"), f"PostgreSQL {name} answers")

    def add_standby(self) -> None:
        """Make the other server a copy of the primary that follows it, and let each commit wait for it."""
        name = self.standby
        shutil.rmtree(self._data(name), ignore_errors=True)
        source = f"host={HOST} port={self.ports[self.primary]} user=ngnpro application_name={name}"
        copy = ("--pgdata", str(self._data(name)), "--checkpoint=fast", "--write-recovery-conf", "--wal-method=stream")
        run_as((needs.program("pg_basebackup"), "--dbname", source, *copy), self.user)
        self.start(name)
        self.tell(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
        self.tell("SELECT pg_reload_conf()")
        wait_until(self.is_synchronous, "the standby is synchronous")

    def is_synchronous(self) -> bool:
        """Return whether commits wait for the standby."""
        return self.ask(self.primary, "SELECT sync_state FROM pg_stat_replication") == [("sync",)]

    def lose(self, name: str) -> None:
        """Kill one of the servers with all its processes, as if its machine had lost its power."""
        main = self.programs[name].process
        children = [int(one) for one in Path(f"/proc/{main.pid}/task/{main.pid}/children").read_text().split()]
        for process in (main.pid, *children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        main.wait()

    def promote(self) -> float:
        """Let the standby become the primary; return the seconds that it took until it could be written to."""
        began = time.monotonic()
        self.primary = self.standby
        run_as((needs.program("pg_ctl"), "promote", "-D", str(self._data(self.primary))), self.user)
        return time.monotonic() - began

    def ask(self, name: str, query: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Return the rows of a query; none if the server does not answer."""
        address = f"host={HOST} port={self.ports[name]} user=ngnpro dbname={database} connect_timeout=3"
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(address, autocommit=True) as connection:
            return list(connection.execute(query.encode()))
        return []

    def tell(self, statement: str, name: str = "") -> None:
        """Execute a statement on the primary, or on the server with this name."""
        address = f"host={HOST} port={self.ports[name or self.primary]} user=ngnpro dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def url_of(self, name: str, database: str) -> str:
        """Return the server's URL of a database on one of the two."""
        return f"postgresql+psycopg://ngnpro@{HOST}:{self.ports[name]}/{database}"

    def url(self, database: str) -> str:
        """Return the server's URL of one of the databases, on whichever of the two can be written to."""
        hosts = "&".join(f"host={HOST}:{port}" for port in self.ports.values())
        return f"postgresql+psycopg://ngnpro@/{database}?{hosts}&target_session_attrs=read-write"

    def portal_url(self, database: str) -> str:
        """Return the same as a URL of the portal."""
        hosts, ports = ",".join(HOST for _port in self.ports), ",".join(map(str, self.ports.values()))
        return f"postgres://ngnpro@/{database}?host={hosts}&port={ports}&target_session_attrs=read-write"

    def end(self) -> None:
        """Stop both servers; the standby first, for which the primary would wait."""
        for name in (self.standby, self.primary):
            program = self.programs.get(name)
            if program is not None and program.process.poll() is None:
                program.signal(signal.SIGQUIT)
                program.wait()

    def _data(self, name: str) -> Path:
        return self.folder / name


@contextlib.contextmanager
def database_pair(*databases: str) -> Iterator[DatabasePair]:
    """Run a primary with these databases and its synchronous standby until the block ends."""
    with tempfile.TemporaryDirectory(prefix="ngnpro-pair-") as name:
        folder = Path(name)
        pair = DatabasePair(folder, system_user("postgres", folder))
        try:
            pair.create(*databases)
            yield pair
        finally:
            pair.end()
