"""The cache in Redis: while Redis is away, nothing is found in it, and no page fails for that."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError


class ForgivingCache(RedisCache):
    """Django's cache in Redis, for what can be asked again; it forgets rather than fails."""

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Keep a value unless there is one; where nothing can be kept, whoever asks is the first."""
        with suppress(RedisError):
            return super().add(*args, **kwargs)
        return True

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Find a value, or the default."""
        with suppress(RedisError):
            return super().get(key, default, version)
        return default

    def set(self, *args: Any, **kwargs: Any) -> None:
        """Keep a value, if that can be."""
        with suppress(RedisError):
            super().set(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """Forget a value."""
        with suppress(RedisError):
            return super().delete(*args, **kwargs)
        return False
