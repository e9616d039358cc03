"""The database files of a server on SQLite: whole before they are used, their logs emptied at start and end."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url

from ngnpro_server.config import Config, ConfigError
from ngnpro_wire import sqlite_guard


def database_files(config: Config) -> list[Path]:
    """List the files that the databases are in; none with a database server."""
    addresses = [make_url(url) for url in (config.database.url, config.database.proxy_url)]
    files = [Path(url.database) for url in addresses if url.get_backend_name() == "sqlite" and url.database]
    return sorted(set(files))


def require_whole_files(config: Config) -> None:
    """Raise ``ConfigError`` with what to do when a database file or its log is damaged."""
    for file in database_files(config):
        try:
            sqlite_guard.require_whole(file)
        except sqlite_guard.Damaged as damaged:
            raise ConfigError(str(damaged)) from None


def remark_on_files(config: Config) -> str:
    """Return a note on the limits of SQLite if the databases are files, else an empty text."""
    return sqlite_guard.WARNING if database_files(config) else ""


def checkpoint_files(config: Config) -> None:
    """Empty the logs into the files."""
    for file in database_files(config):
        sqlite_guard.checkpoint(file)
