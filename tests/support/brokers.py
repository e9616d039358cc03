"""A real Redis for tests, with its data in a folder of its own, so that it can be stopped and started again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from redis import Redis

from portal.running.commands import HOST, accepts_connections, redis_command

from .processes import free_port, running

READERS: dict[str, Callable[[Any, bytes], Any]] = {
    "string": lambda client, key: client.get(key),
    "list": lambda client, key: client.lrange(key, 0, -1),
    "hash": lambda client, key: client.hgetall(key),
    "set": lambda client, key: client.smembers(key),
    "zset": lambda client, key: client.zrange(key, 0, -1, withscores=True),
}


class RedisServer:
    """Redis as `make run-redis` starts it, on a free port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://{HOST}:{self.port}/0"

    def __enter__(self) -> RedisServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self) -> None:
        """Start Redis, with the data that it had before, and wait until it answers."""
        self._stack = ExitStack()
        command = redis_command(self.port, self.folder / "redis")
        self._program = self._stack.enter_context(running(command, {}, self.folder / "redis.log"))
        self._program.wait_until(lambda: accepts_connections(self.port), "Redis answers")

    def end(self) -> None:
        """Stop Redis; its data is preserved."""
        self._stack.close()

    def kill(self) -> None:
        """Kill Redis without a warning, and start it again."""
        self._program.kill()
        self.restart()

    def contents(self) -> dict[str, bytes]:
        """Read all keys and their values, in all databases."""
        found = {}
        for number in range(16):
            with Redis(HOST, self.port, db=number) as client:
                for key in client.scan_iter():
                    kind = client.type(key).decode()
                    if kind == "none":  # it has gone since it was listed
                        continue
                    read = READERS[kind]
                    found[f"Redis key {key.decode(errors='replace')}"] = key + b" " + repr(read(client, key)).encode()
        return found

    def restart(self) -> None:
        """Stop Redis and start it again."""
        self.end()
        self.start()
