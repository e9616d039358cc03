"""What a backup of the portal contains: its database, its key, and its mails if they are stored in a folder."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from ngnpro_wire.backups.databases import Database, Postgresql, SqliteFile
from portal.running.preparing import database_file

PART, SERVER_PART = "portal", "ngnpro"
DATABASE = "portal"
KEY_FILE = "secret-key"
MAILS = "mail"


def portal_database() -> Database:
    """Return the portal's database, for its copies."""
    if file := database_file():
        return SqliteFile(file)
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    # among them are options of psycopg, which libpq does not know
    given = connection.get_connection_params()
    return Postgresql(make_conninfo("", **{name: value for name, value in given.items() if name in known}))


def applied_migrations() -> list[str]:
    """Return the migrations of the portal's database: for each, its application and its name."""
    return [f"{app}.{name}" for app, name in MigrationLoader(connection).applied_migrations]


def known_migrations() -> list[str]:
    """Return all migrations that this version has."""
    loader = MigrationLoader(None)
    replaced = [old for migration in loader.disk_migrations.values() for old in migration.replaces]
    return [f"{app}.{name}" for app, name in [*loader.disk_migrations, *replaced]]


def key_file() -> Path:
    """Return the file of the portal's key."""
    return Path(settings.VAR) / KEY_FILE


def key_is_a_setting() -> bool:
    """Return whether the key is a setting, so that the file is not used."""
    return bool(os.environ.get("PORTAL_SECRET_KEY"))


def left_out() -> list[str]:
    """Return sentences on what a backup does not contain."""
    texts = ["Settings from the environment, such as /etc/portal.env, and the files that they name."]
    if key_is_a_setting():
        texts.append("The key PORTAL_SECRET_KEY, which is a setting: without it, authenticator apps are lost.")
    if not settings.NGNPRO_CONFIG.exists():
        texts.append("The platform: its NGNPro server is not on this machine (NGNPRO_CONFIG).")
    if settings.JOURNAL_ARCHIVE:
        texts.append("The archive of the journal (PORTAL_JOURNAL_ARCHIVE), whose files can be copied.")
    return texts
