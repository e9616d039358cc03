"""The embedded queue as a kombu transport: Celery's broker if there is no Redis.

It supports direct and topic exchanges but not fanout, so workers cannot be controlled remotely through it.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import virtual

from .store import LEASE, QueueStore


class QueueChannel(virtual.Channel):
    """A channel over the file ``transport_options["file"]``; ``lease`` there is in seconds.

    Closing a channel does not release its messages: other threads may still be working on them, and acknowledge them
    afterwards. A message that is not acknowledged is delivered again when its lease expires.
    """

    do_restore = False

    def __init__(self, connection: Any, **options: Any) -> None:
        super().__init__(connection, **options)
        chosen = connection.client.transport_options
        self._store = QueueStore(Path(chosen["file"]), chosen.get("lease", LEASE))
        self._store.tend()  # an unusable file is a connection error, raised at once
        self._unacknowledged: set[str] = set()

    def basic_consume(self, queue: str, no_ack: bool, *words: Any, **options: Any) -> Any:
        (self._unacknowledged.add if no_ack else self._unacknowledged.discard)(queue)
        return super().basic_consume(queue, no_ack, *words, **options)

    def basic_get(self, queue: str, no_ack: bool = False, **options: Any) -> Any:
        message = super().basic_get(queue, no_ack, **options)
        if message is not None and no_ack:
            self._store.done(message.delivery_tag)
        return message

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        self._store.done(delivery_tag)
        super().basic_ack(delivery_tag, multiple)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        if not requeue:
            self._store.done(delivery_tag)
        super().basic_reject(delivery_tag, requeue)

    def drain_events(self, timeout: float | None = None, callback: Any = None) -> Any:
        # also while the channel is at its limit and claims nothing
        self._store.tend()
        return super().drain_events(timeout, callback)

    def close(self) -> None:
        super().close()
        self._store.close()

    def _put(self, queue: str, message: dict[str, Any], **_options: Any) -> None:
        self._store.put(queue, message)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        taken = self._store.take(queue)
        if taken is None:
            raise Empty
        tag, message = taken
        message["properties"]["delivery_tag"] = tag
        if queue in self._unacknowledged:
            self._store.done(tag)
        return message

    def _restore(self, message: virtual.Message) -> None:
        self._store.give_back(message.delivery_tag)

    def _size(self, queue: str) -> int:
        return self._store.size(queue)

    def _purge(self, queue: str) -> int:
        return self._store.purge(queue)


class QueueTransport(virtual.Transport):
    """Opens channels over the file; errors of the file are connection errors, after which Celery retries."""

    Channel = QueueChannel
    can_parse_url = True  # the URL only shows the file to people
    driver_type = "sqlite"
    driver_name = "sqlite3"
    polling_interval = 0.2
    connection_errors: Any = (*virtual.Transport.connection_errors, sqlite3.Error, OSError)

    def driver_version(self) -> str:
        return sqlite3.sqlite_version
