"""Checks of the configuration and the database, for `check-config` and before the server starts."""

from __future__ import annotations

import ipaddress
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, make_url

from ngnpro_server.config import Config, ConfigError, Server
from ngnpro_server.faults import Fault
from ngnpro_server.store.engine import open_engine, transaction
from ngnpro_server.store.migrate import is_current
from ngnpro_server.store.readiness import NOT_CURRENT

from .listening import remarks_on_certificate, require_usable_certificate

_SHORT = 12
_MOST_CONNECTIONS = {
    "postgresql": "SELECT setting::int - 3 FROM pg_settings WHERE name = 'max_connections'",
    "mariadb": "SELECT @@max_connections",
    "mysql": "SELECT @@max_connections",
}


def check_config(config: Config, path: Path) -> list[str]:
    """Check a configuration that was read from ``path``, and return remarks for the operator.

    Raises ``ConfigError`` if the server cannot run with it, ``Fault`` if the database does not answer.
    """
    require_usable_certificate(config.server)
    with _usable_database(config) as connection:
        remarks = _on_connections(config.server, connection)
    remarks += [*_on_server(config.server), *remarks_on_certificate(config.server)]
    if len(config.administrator.password) < _SHORT:
        remarks.append(f"The administrator's password is short; use at least {_SHORT} characters.")
    if stat.S_IMODE(path.stat().st_mode) & (stat.S_IROTH | stat.S_IWOTH):
        remarks.append(f"All users of this machine can read {path}, which holds passwords: chmod o= {path}")
    return remarks


def wait_for_database(config: Config, seconds: float = 60) -> None:
    """Wait until the database answers, for at most ``seconds``; each failed attempt is logged.

    Raises ``ConfigError`` for an unsupported or outdated database, ``Fault`` if it does not answer in time.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            with _usable_database(config):
                return
        except Fault:
            if time.monotonic() >= end:
                raise
            time.sleep(min(2, seconds))


@contextmanager
def _usable_database(config: Config) -> Iterator[Connection]:
    address = make_url(config.database.url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        raise ConfigError(NOT_CURRENT)
    engine = open_engine(config.database.url, config.database)
    try:
        with transaction(engine, write=False) as connection:
            _require_known_kind(connection)
            if not is_current(connection):
                raise ConfigError(NOT_CURRENT)
            yield connection
    finally:
        engine.dispose()


def _require_known_kind(connection: Connection) -> None:
    kind = connection.dialect.name
    if kind in ("mysql", "mariadb") and not getattr(connection.dialect, "is_mariadb", False):
        raise ConfigError("[database] url: this is a MySQL server; MariaDB, PostgreSQL and SQLite are known.")
    if kind == "postgresql":
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        if encoding != "UTF8":
            raise ConfigError(f"[database] url: the database has the encoding {encoding}; make one with UTF8.")


def _on_connections(server: Server, connection: Connection) -> list[str]:
    """Return a remark if all worker threads together may need more connections than the database allows."""
    query = _MOST_CONNECTIONS.get(connection.dialect.name)
    if query is None:
        return []
    wanted, most = server.workers * server.threads, int(connection.exec_driver_sql(query).scalar_one())
    if wanted <= most:
        return []
    return [
        f"{server.workers} workers with {server.threads} threads need {wanted} connections; the database has {most}."
    ]


def _on_server(server: Server) -> list[str]:
    if server.certificate or _is_local(server.address):
        return []
    return [f"Without a certificate, calls to {server.address} carry their passwords in clear."]


def _is_local(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
