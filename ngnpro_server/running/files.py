"""SQLite database files: checked for damage before they are used; their logs are emptied at start and end."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url

from ngnpro_server.config import Config, ConfigError
from ngnpro_wire import sqlite_guard


def database_files(config: Config) -> list[Path]:
    """Return the files of the databases; none if they are on a database server."""
    addresses = [make_url(url) for url in (config.database.url, config.database.proxy_url)]
    files = [Path(url.database) for url in addresses if url.get_backend_name() == "sqlite" and url.database]
    return sorted(set(files))


def require_whole_files(config: Config) -> None:
    """Raise ``ConfigError`` with advice if a database file or its log is damaged; otherwise empty the log."""
    for file in database_files(config):
        try:
            sqlite_guard.require_whole(file)
        except sqlite_guard.Damaged as damaged:
            raise ConfigError(str(damaged)) from None


def remark_on_files(config: Config) -> str:
    """Return a note on the limits of SQLite if a database is a file, else an empty text."""
    return sqlite_guard.WARNING if database_files(config) else ""


def checkpoint_files(config: Config) -> None:
    """Write the contents of the write-ahead logs to the database files (checkpoint)."""
    for file in database_files(config):
        sqlite_guard.checkpoint(file)
