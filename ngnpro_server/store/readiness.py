"""Checks whether the database can currently be read and written."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ngnpro_server.faults import Fault

from .engine import transaction
from .migrate import is_current

NOT_CURRENT = "The database is not up to date; `python -m ngnpro_server init-db` makes it so."


def why_not_ready(engine: Engine, least_free_mb: int) -> str:
    """Return a sentence that says why the database cannot be used, or an empty text.

    Writing is tested with an update that changes nothing. A database in a file needs ``least_free_mb`` of free space.
    """
    free = free_megabytes(engine)
    if free is not None and free < least_free_mb:
        return f"The disk of the database has {free} MB left; it should have {least_free_mb} MB."
    try:
        with transaction(engine, write=False) as connection:
            if not is_current(connection):
                return NOT_CURRENT
    except (Fault, SQLAlchemyError):
        return "The database does not answer."
    try:
        with transaction(engine, write=True) as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
    except (Fault, SQLAlchemyError):
        return "The database cannot be written to: check its disk, its permissions, and which process has it locked."
    return ""


def free_megabytes(engine: Engine) -> int | None:
    """Return the free space of the disk with the database's file, in megabytes; ``None`` for a database server."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    folder = Path(engine.url.database).absolute().parent
    return shutil.disk_usage(folder).free // 1_000_000 if folder.exists() else 0
