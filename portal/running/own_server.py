"""Our own NGNPro server as `make run` runs it: its database, its configuration file, and its demo platform."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


class OwnServer:
    """The server on this machine that keeps its configuration in ``config`` and listens on ``port``."""

    def __init__(self, config: Path, port: int) -> None:
        self.config = config
        self.environment = {**os.environ, "NGNPRO_SERVER_PORT": str(port)}
        self.environment.pop("NGNPRO_PORT", None)
        self._demo_wanted = config.with_name("demo-platform-wanted")
        self._preparing: subprocess.Popen[str] | None = None

    def command(self, *words: str) -> list[str]:
        """Build its command line for ``words`` such as ``serve`` or ``init-db``."""
        return [sys.executable, "-m", "ngnpro_server", "--config", str(self.config), *words]

    def begin_preparing(self) -> None:
        """Start to make its configuration file and database, or to bring them up to date."""
        if not self.config.exists():
            # Stays behind when the first start is broken off, so that the second one loads the demo platform.
            self._demo_wanted.touch()
        self._preparing = self._run("init-db")

    def finish_preparing(self, *, with_demo: bool) -> bool:
        """Wait for the database, then load the demo platform into a new one; tell whether that was done."""
        assert self._preparing is not None
        self._wait(self._preparing)
        if not self._demo_wanted.exists():
            return False
        if with_demo:
            self._wait(self._run("seed"))
        self._demo_wanted.unlink()
        return with_demo

    def _run(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*words), env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def _wait(self, process: subprocess.Popen[str]) -> None:
        output, _ = process.communicate()
        if process.returncode:
            sys.exit(f"The NGNPro server could not be prepared:\n{output}")
