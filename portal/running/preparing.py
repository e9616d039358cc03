"""What `make run` prepares before it starts: the portal's own database, the first operator, and the static files.

An SQLite database is checked for damage, and its log is merged at start and end.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from ngnpro_wire import sqlite_guard

FIRST_OPERATOR = "operator"


def wait_until_it_answers(seconds: float = 60) -> None:
    """Wait for the database; raise ``OperationalError`` if it does not answer within the given number of seconds."""
    end = time.monotonic() + seconds
    while True:
        try:
            connection.ensure_connection()
            return
        except OperationalError:
            if time.monotonic() >= end:
                raise
            time.sleep(min(2, seconds))


def apply_migrations() -> bool:
    """Apply all migrations; return whether there were any."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", interactive=False, verbosity=0)
    return True


def first_operator() -> str | None:
    """Add the first operator and return their random password; ``None`` if there already is an operator."""
    operators = get_user_model().objects
    if operators.exists():
        return None
    password = secrets.token_urlsafe(12)
    operators.create_user(FIRST_OPERATOR, password)
    return password


def database_file() -> Path | None:
    """Return the file of the portal's database; ``None`` if it is on a database server."""
    database = settings.DATABASES["default"]
    return Path(database["NAME"]) if database["ENGINE"].endswith("sqlite3") else None


def database_is_missing() -> bool:
    """Return whether the database is a file that does not exist; connecting to it would create it."""
    file = database_file()
    return file is not None and not str(file).startswith("file:") and not file.exists()


def would_start_anew() -> bool:
    """Return whether preparing creates a new portal although no setting says where it is to be."""
    return database_is_missing() and not (os.environ.get("PORTAL_VAR") or os.environ.get("PORTAL_DATABASE_URL"))


def database_name() -> str:
    """Return the name of the portal's database, with the host of its server, if it is on one."""
    database = settings.DATABASES["default"]
    return f"{database['NAME']} on {database['HOST']}" if database.get("HOST") else str(database["NAME"])


def require_whole_database() -> str:
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


# Files of packages that no page uses: they would take most of the time to compress.
UNUSED_STATICS = ["*-grid*", "*-reboot*", "*-utilities*", "*.rtl.css*", "htmax*", "bootstrap.css*"]


def statics_fingerprint() -> str:
    """Return a digest of name, size and modification time of every static file, including those of packages."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_statics() -> bool:
    """Collect the static files if they have changed since the last time; return whether they had."""
    stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
    current = statics_fingerprint()
    if stamp.exists() and stamp.read_text() == current:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=UNUSED_STATICS)
    stamp.write_text(current)
    return True
