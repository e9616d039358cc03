"""The outbox as tests see it: the keys that workers are given, and an outbox that cannot be written to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery.signals import before_task_publish
from django.db import DatabaseError

from portal.mail.outbox.models import OutboxMessage
from portal.mail.outbox.tasks import deliver_mail


def no_mail_stored(execute: Any, sql: str, *rest: Any) -> Any:
    """Refuse to store mails, as a full disk does; for ``connection.execute_wrapper``."""
    if sql.startswith("INSERT") and OutboxMessage._meta.db_table in sql:
        raise DatabaseError("the disk is full")
    return execute(sql, *rest)


@contextmanager
def given_to_workers() -> Iterator[list[Any]]:
    """List the arguments with which mails are given to a worker during the block."""
    given: list[Any] = []

    def note(sender: str, body: Any, **_named: object) -> None:
        if sender == deliver_mail.name:
            given.append(tuple(body[0]))

    before_task_publish.connect(note)
    try:
        yield given
    finally:
        before_task_publish.disconnect(note)
