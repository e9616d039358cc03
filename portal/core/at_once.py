"""Independent NGNPro calls: those of a page in one message, else at the same time in threads that all pages share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import connections
from django.utils import timezone, translation

from ngnpro_wire.request_ids import answering, current_request_id
from ngnpro_wire.spans import current_trace, within_trace
from portal.ngnpro import CallPlan, Ngnpro
from portal.ngnpro.batch import CallOutcome

T = TypeVar("T")


class Together:
    """Independent calls of one page. A server that takes batches gets them in one message, when a result is needed.

    Each ``fetch`` gets a client, does nothing but calls with it, and may be run several times (``CallPlan``). For other
    servers, ``begin`` makes the calls.
    """

    def __init__(self, ngnpro: Ngnpro) -> None:
        self._ngnpro = ngnpro
        self._waiting: list[_Asked[Any]] = []

    def begin(self, fetch: Callable[[Ngnpro], T]) -> Callable[[], T]:
        """Begin to fetch something from NGNPro, and return a function that returns or raises its outcome."""
        if settings.NGNPRO_CALLS_AT_ONCE < 2 or not self._ngnpro.takes_batches:
            return begin(partial(fetch, self._ngnpro))
        asked = _Asked(fetch)
        self._waiting.append(asked)
        return lambda: self._outcome_of(asked).get()

    def _outcome_of(self, asked: _Asked[T]) -> CallOutcome[T]:
        while asked.outcome is None:
            self._make_calls()
        return asked.outcome

    def _make_calls(self) -> None:
        waiting, self._waiting = self._waiting, []
        for one, outcome in zip(waiting, self._ngnpro.batch([one.plan for one in waiting]), strict=True):
            one.outcome = outcome


class _Asked(Generic[T]):
    """Something to fetch, and its outcome once the calls were made."""

    def __init__(self, fetch: Callable[[Ngnpro], T]) -> None:
        self.plan = CallPlan(fetch)
        self.outcome: CallOutcome[T] | None = None


def run_in_threads(number: int, tasks: Sequence[Callable[[], None]]) -> None:
    """Run independent functions, in this thread and in more threads, ``number`` in all; they may use the database.

    Raises an exception that one of them has raised, after the others of that thread were left out and all other threads
    have ended.
    """
    shares = [tasks[start::number] for start in range(number)]
    if len(tasks) < 2 or number < 2:
        _run_all(tasks)
        return
    with ThreadPoolExecutor(number - 1, "job-call") as threads:
        others = [threads.submit(_as_here(partial(_run_share, share))) for share in shares[1:]]
        _run_all(shares[0])
    for other in others:
        other.result()


def _run_share(tasks: Iterable[Callable[[], None]]) -> None:
    try:
        _run_all(tasks)
    finally:
        connections.close_all()  # those of this thread


def _run_all(tasks: Iterable[Callable[[], None]]) -> None:
    for task in tasks:
        task()


def begin(fetch: Callable[[], T]) -> Callable[[], T]:
    """Begin to fetch something from NGNPro, and return a function that waits for it and returns or raises its outcome.

    The thread has the language and the time zone of the page, but a database connection of its own, so ``fetch`` must
    not use the database. If no thread has begun it when its result is needed, it is fetched right there: busy threads
    delay a page at most to what it would take without them. With ``NGNPRO_CALLS_AT_ONCE`` below 2, everything is.
    """
    if settings.NGNPRO_CALLS_AT_ONCE < 2:
        return fetch
    future = _threads().submit(_as_here(fetch))
    return lambda: fetch() if future.cancel() else future.result()


def _as_here(run: Callable[[], T]) -> Callable[[], T]:
    """Return a function for another thread, with the language, time zone, request id and trace of this one."""
    language, zone = translation.get_language(), timezone.get_current_timezone()
    request_id, trace = current_request_id(), current_trace()

    def run_as_here() -> T:
        as_there = translation.override(language), timezone.override(zone)
        with as_there[0], as_there[1], answering(request_id), within_trace(trace):
            return run()

    return run_as_here


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.NGNPRO_CALLS_AT_ONCE, "ngnpro-call")


# A forked process has none of its parent's threads.
os.register_at_fork(after_in_child=_threads.cache_clear)
