"""Prepares the portal's own database: the tables, and the first operator."""

from __future__ import annotations

import secrets
import time

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

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
