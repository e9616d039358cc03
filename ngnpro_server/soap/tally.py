"""The calls of one process by ten minutes, operation and source, until they are stored in the database."""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import datetime

from sqlalchemy import Engine

from ngnpro_server.store import statistics
from ngnpro_server.store.engine import transaction

from .notes import Note

# enough for ten minutes with every operation from a few sources; more are added to no source
_MOST = 2000


class CallTally:
    """Counts the calls of one process by ten minutes, operation and source, until they are stored.

    Calls without an accepted login have no source, so that strangers cannot fill the table.
    """

    def __init__(self) -> None:
        self._counted: dict[tuple[datetime, str, str], list[float]] = defaultdict(lambda: [0, 0, 0])
        self._lock = threading.Lock()

    def observe(self, note: Note, now: datetime) -> None:
        """Count a call that has been answered at a time in UTC."""
        time = now.replace(minute=now.minute // 10 * 10, second=0, microsecond=0)
        source = note.source if note.caller is not None else ""
        with self._lock:
            key = (time, note.operation, source)
            if key not in self._counted and len(self._counted) >= _MOST:
                key = (time, note.operation, "")
            numbers = self._counted[key]
            numbers[0] += 1
            numbers[1] += note.code is not None
            numbers[2] += note.seconds * 1000

    def store(self, engine: Engine) -> None:
        """Add what was counted to the numbers in the database; if that fails, it is stored the next time."""
        with self._lock:
            taken = [(*key, (int(one[0]), int(one[1]), round(one[2]))) for key, one in sorted(self._counted.items())]
            self._counted.clear()
        if not taken:
            return
        is_stored = False
        try:
            with transaction(engine, write=True) as connection:
                statistics.add_call_counts(connection, taken)
            is_stored = True
        finally:
            if not is_stored:
                self._give_back(taken)

    def _give_back(self, taken: list[tuple[datetime, str, str, tuple[int, int, int]]]) -> None:
        with self._lock:
            for time, operation, source, numbers in taken:
                for place, number in enumerate(numbers):
                    self._counted[time, operation, source][place] += number
