"""The Redis cache backend: while Redis is down, every lookup is a miss and no page fails."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError


class ForgivingCache(RedisCache):
    """Django's Redis cache, except that Redis errors count as misses. Cache only what can be fetched again."""

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Store a value unless the key exists, and return whether it was stored; True if Redis is down."""
        with suppress(RedisError):
            return super().add(*args, **kwargs)
        return True

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return a value, or the default if it is not cached or Redis is down."""
        with suppress(RedisError):
            return super().get(key, default, version)
        return default

    def set(self, *args: Any, **kwargs: Any) -> None:
        """Store a value; does nothing if Redis is down."""
        with suppress(RedisError):
            super().set(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """Delete a value, and return whether it was deleted; False if Redis is down."""
        with suppress(RedisError):
            return super().delete(*args, **kwargs)
        return False
