"""Locks on records that all processes of the portal share, and retries of changes that crossed another one.

A lock is a database row, claimed in one statement. No transaction stays open while NGNPro is called. The lock of a
process that was killed expires.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.models import RecordLock
from portal.ngnpro import errors

EXPIRES = timedelta(minutes=5)  # more than any call takes
WAIT_SECONDS = 30.0
_PAUSE = 0.05


@contextmanager
def record_lock(name: str) -> Iterator[None]:
    """Hold the lock of a record during the block; raises ``ChangedMeanwhile`` if another holds it for 30 seconds."""
    key, holder = hashlib.sha256(name.encode()).hexdigest(), secrets.token_hex(8)
    until = time.monotonic() + WAIT_SECONDS
    while not _claim(key, holder):
        if time.monotonic() > until:
            raise errors.ChangedMeanwhile(0, _("Someone else is saving this record. None of your changes were saved."))
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        RecordLock.objects.filter(key=key, holder=holder).delete()


def forget_expired() -> None:
    """Delete the locks of processes that were killed, since the same names may never be locked again."""
    RecordLock.objects.filter(expires__lt=timezone.now() - EXPIRES).delete()


def _claim(key: str, holder: str) -> bool:
    now = timezone.now()
    try:
        with transaction.atomic():
            RecordLock.objects.create(key=key, holder=holder, expires=now + EXPIRES)
    except IntegrityError:
        expired = RecordLock.objects.filter(key=key, expires__lt=now)
        return bool(expired.update(holder=holder, expires=now + EXPIRES))
    return True


P = ParamSpec("P")
T = TypeVar("T")

MOST_TRIES = 5


def retried_on_conflict(change: Callable[P, T]) -> Callable[P, T]:
    """Decorate a function that reads and then writes, to retry it up to five times after ``ChangedMeanwhile``."""

    @wraps(change)
    def again(*args: P.args, **kwargs: P.kwargs) -> T:
        for _try in range(MOST_TRIES):
            with suppress(errors.ChangedMeanwhile):
                return change(*args, **kwargs)
        return change(*args, **kwargs)

    return again
