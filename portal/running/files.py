"""The portal's database where it is an SQLite file: whole before it is used, and its log emptied at start and end."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from ngnpro_wire import sqlite_guard


def database_file() -> Path | None:
    """Tell in which file the portal's database is; ``None`` with a database server."""
    database = settings.DATABASES["default"]
    return Path(database["NAME"]) if database["ENGINE"].endswith("sqlite3") else None


def require_whole() -> str:
    """Raise ``sqlite_guard.Damaged`` unless the database file is whole; return what to know about it, or nothing."""
    file = database_file()
    if file is None:
        return ""
    sqlite_guard.require_whole(file)
    return sqlite_guard.WARNING


def checkpoint() -> None:
    """Empty the log of a database file into it: done when the portal starts and when it ends."""
    if file := database_file():
        sqlite_guard.checkpoint(file)
