"""Whether the database can be worked with now."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ngnpro_server.soap.faults import Fault

from .engine import transaction
from .migrate import is_current

NOT_CURRENT = "The database is not up to date; `python -m ngnpro_server init-db` makes it so."


def why_not_ready(engine: Engine) -> str:
    """Say in a sentence why the database cannot be worked with, or nothing; only ``engine`` itself knows details."""
    try:
        with transaction(engine, write=False) as connection:
            return "" if is_current(connection) else NOT_CURRENT
    except (Fault, SQLAlchemyError):
        return "The database does not answer."
