"""A real Redis for tests, with its data in a folder of its own, so that it can be ended and started again."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from portal.running import commands, ports

from .processes import free_port, running


class RedisServer:
    """Redis as `make run-redis` starts it, on a free port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://{ports.HOST}:{self.port}/0"

    def __enter__(self) -> RedisServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self) -> None:
        """Start it; it answers, with what it knew before."""
        self._stack = ExitStack()
        command = commands.redis(self.port, self.folder / "redis")
        program = self._stack.enter_context(running(command, {}, self.folder / "redis.log"))
        program.wait_until(lambda: ports.answers(self.port), "Redis answers")

    def end(self) -> None:
        """End it; its data stays."""
        self._stack.close()

    def restart(self) -> None:
        """End it and start it again."""
        self.end()
        self.start()
