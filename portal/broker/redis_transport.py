"""Redis as Celery's broker: kombu's transport, in which a channel whose connection was closed says so in kombu's way.

When Redis is restarted, Celery closes the broken connection twice, and threads acknowledge what they were working on.
kombu 5.7 then opens a pool of connections for a transport that has no client any more, and raises ``AttributeError``:
no connection error to Celery, which ends the worker instead of connecting again. Here it is a connection error.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import redis as kombu_redis
from redis.exceptions import ConnectionError as RedisConnectionError


class RedisChannel(kombu_redis.Channel):
    """A channel that cannot be used after its connection was closed; unacknowledged messages are delivered again."""

    def _connparams(self, *words: Any, **options: Any) -> Any:
        if self.connection is None or self.connection.client is None:
            raise RedisConnectionError("The connection to Redis was closed.")
        return super()._connparams(*words, **options)


class RedisTransport(kombu_redis.Transport):
    """kombu's transport with channels that can be closed more than once."""

    Channel = RedisChannel
