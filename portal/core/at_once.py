"""Independent NGNPro calls of one page at the same time, in threads that all pages of a process share."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

from django.conf import settings
from django.utils import timezone, translation

T = TypeVar("T")


def begin(fetch: Callable[[], T]) -> Callable[[], T]:
    """Begin to fetch something from NGNPro, and return a function that waits for it and returns or raises its outcome.

    The thread has the language and the time zone of the page, but a database connection of its own, so ``fetch`` must
    not use the database. If no thread has begun it when its result is needed, it is fetched right there: busy threads
    delay a page at most to what it would take without them. With ``NGNPRO_CALLS_AT_ONCE`` below 2, everything is.
    """
    if settings.NGNPRO_CALLS_AT_ONCE < 2:
        return fetch
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def fetch_as_page() -> T:
        with translation.override(language), timezone.override(zone):
            return fetch()

    future = _threads().submit(fetch_as_page)
    return lambda: fetch() if future.cancel() else future.result()


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.NGNPRO_CALLS_AT_ONCE, "ngnpro-call")


# A forked process has none of its parent's threads.
os.register_at_fork(after_in_child=_threads.cache_clear)
