"""Migrates a database's tables to a revision, and checks whether they are current."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from .engine import transaction

MIGRATIONS = Path(__file__).with_name("migrations")


def upgrade_database(engine: Engine, revision: str = "head") -> None:
    """Apply the migrations up to ``revision``, in one transaction if the database supports that."""
    with transaction(engine, write=True, foreign_keys=False) as connection:
        if connection.dialect.name in ("mysql", "mariadb"):
            # for tables created from here on: names may have any letter, and the server's default may be latin1
            connection.exec_driver_sql("ALTER DATABASE CHARACTER SET utf8mb4")
        command.upgrade(_config(connection), revision)


def downgrade_database(engine: Engine, revision: str) -> None:
    """Undo the migrations down to ``revision`` (``base`` for none)."""
    with transaction(engine, write=True, foreign_keys=False) as connection:
        command.downgrade(_config(connection), revision)


def is_current(connection: Connection) -> bool:
    """Return whether all migrations have been applied, and no unknown ones."""
    return set(current_revisions(connection)) == _heads()


def current_revisions(connection: Connection) -> list[str]:
    """Return the newest migrations that have been applied; none in an empty database."""
    return list(MigrationContext.configure(connection).get_current_heads())


def known_revisions() -> list[str]:
    """Return all migrations that this version has."""
    return [one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]


@cache
def _heads() -> set[str]:
    return set(ScriptDirectory(str(MIGRATIONS)).get_heads())


def _config(connection: Connection) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
