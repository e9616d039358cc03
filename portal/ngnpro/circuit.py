"""A circuit breaker that stops calls to a server that does not answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime


class Circuit:
    """A circuit that opens after some failures in a row, then admits one call per ``pause`` seconds until one succeeds.

    Each URL of a gate has one circuit, shared by all threads of a process.
    """

    def __init__(self, failures: int = 3, pause: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._pause, self._clock = failures, pause, clock
        self._lock = threading.Lock()
        self._failures = 0
        self._next_try = 0.0
        self._since: datetime | None = None

    @property
    def since(self) -> datetime | None:
        """When the failures in a row began (UTC); ``None`` while the server answers."""
        return self._since

    def admits(self) -> bool:
        """Return whether a call may be made now; while the circuit is open, one call per pause may."""
        with self._lock:
            if self._failures < self._limit:
                return True
            now = self._clock()
            if now < self._next_try:
                return False
            self._next_try = now + self._pause
            return True

    def succeeded(self) -> None:
        """Close the circuit, because the server answered."""
        with self._lock:
            self._failures = 0
            self._since = None

    def failed(self) -> None:
        """Count a failure, and open the circuit after enough of them in a row."""
        with self._lock:
            self._failures += 1
            self._since = self._since or datetime.now(UTC)
            self._next_try = self._clock() + self._pause
