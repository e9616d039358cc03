"""Retries of changes that read a record and then write it, after another user has changed it in between."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import ParamSpec, TypeVar

from portal.ngnpro import errors

P = ParamSpec("P")
T = TypeVar("T")

MOST_TRIES = 5


def retried(change: Callable[P, T]) -> Callable[P, T]:
    """Decorate a function that reads and then writes, to retry it up to five times after ``ChangedMeanwhile``."""

    @wraps(change)
    def again(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(MOST_TRIES):
            with suppress(errors.ChangedMeanwhile):
                return change(*args, **kwargs)
        return change(*args, **kwargs)

    return again
