"""The worker's scheduler, which several workers may have: with Redis, only one of them starts tasks at a time.

Redis holds the turn, which its holder renews with each round. If the holder ends, or its machine is lost, another
scheduler takes the turn within ``TURN_SECONDS``; a holder that stops in order gives it back at once. Without Redis,
there is one machine, and its worker has the only scheduler.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

from celery.beat import Scheduler
from django.conf import settings
from redis import Redis
from redis.exceptions import LockError, RedisError
from redis.lock import Lock

log = logging.getLogger(__name__)
TURN = "portal-scheduler"
TURN_SECONDS, ROUND_SECONDS = 20.0, 3.0


class TurnScheduler(Scheduler):  # type: ignore[misc]  # Celery has no types
    """Celery's scheduler in memory, which starts tasks only while it has the turn."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._turn: Lock | None = None
        if settings.REDIS_URL:
            client = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3, socket_timeout=3)
            self._turn = client.lock(TURN, timeout=TURN_SECONDS, blocking=False)
        super().__init__(*arguments, **named)

    def tick(self, *arguments: Any, **named: Any) -> float:
        """Start what is due, if it is this scheduler's turn; return the seconds to the next round."""
        if self._turn is None:
            return float(super().tick(*arguments, **named))
        if not self._has_turn(self._turn):
            return ROUND_SECONDS
        return min(float(super().tick(*arguments, **named)), ROUND_SECONDS)

    def close(self) -> None:
        """Give the turn back, and close the connections."""
        if self._turn is not None:
            with suppress(LockError, RedisError):
                self._turn.release()
        super().close()

    def _has_turn(self, turn: Lock) -> bool:
        """Renew the turn, or take it; without Redis nobody has it, and no task could be started."""
        try:
            with suppress(LockError):
                return bool(turn.reacquire())
            # released here, as another scheduler may have taken it since
            turn.local.token = None
            if not turn.acquire():
                return False
        except RedisError as error:
            log.warning("The scheduler waits for Redis: %s", error)
            return False
        log.info("This worker's scheduler starts the periodic tasks from now on.")
        self._begin_now()
        return True

    def _begin_now(self) -> None:
        """Count the intervals from now on, so that what another scheduler has started is not started again at once."""
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now()
        self._heap = None
