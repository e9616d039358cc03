"""The cache in Redis: shared while Redis runs, empty while it is away, and never a cause of failing pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.core.cache import ForgivingCache
from tests.support.brokers import RedisServer
from tests.support.needs import REDIS

pytestmark = [pytest.mark.real, pytest.mark.needs(REDIS)]


def test_without_redis_the_cache_is_empty_and_nothing_fails(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as redis:
        one, other = (ForgivingCache(redis.url, {}) for _ in range(2))
        one.set("names", {1: "Harbour"})
        assert other.get("names") == {1: "Harbour"}
        assert one.add("asked", True)
        assert not other.add("asked", True)
        assert other.delete("asked")
        redis.end()
        one.set("names", {2: "Oakline"})
        assert one.get("names") is None
        assert one.get("names", "none") == "none"
        assert one.add("asked", True)
        assert not one.delete("asked")
        redis.start()
        assert one.get("names") == {1: "Harbour"}
