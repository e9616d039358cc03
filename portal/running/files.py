"""Checks the portal's database for damage if it is an SQLite file, and merges its log at start and end."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from ngnpro_wire import sqlite_guard


def database_file() -> Path | None:
    """Return the file of the portal's database; ``None`` if it is on a database server."""
    database = settings.DATABASES["default"]
    return Path(database["NAME"]) if database["ENGINE"].endswith("sqlite3") else None


def require_whole() -> str:
    """Return a warning about the database file, or nothing; raise ``sqlite_guard.Damaged`` if it is damaged."""
    file = database_file()
    if file is None:
        return ""
    sqlite_guard.require_whole(file)
    return sqlite_guard.WARNING


def checkpoint_database() -> None:
    """Merge the write-ahead log into the database file, when the portal starts and when it stops."""
    if file := database_file():
        sqlite_guard.checkpoint(file)
