"""Our own NGNPro server as `make run` runs it: its database, its configuration file, and its demo platform."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

Process = subprocess.Popen[str]


class OwnServer:
    """The server on this machine with its configuration in the file ``config``, which listens on ``port``."""

    def __init__(self, config: Path, port: int, environment: Mapping[str, str]) -> None:
        self.config = config
        self.environment = {**environment, "NGNPRO_SERVER_PORT": str(port)}
        self._demo_wanted = config.with_name("demo-platform-wanted")

    def command(self, *words: str) -> list[str]:
        """Return its command line for ``words`` such as ``serve`` or ``init-db``."""
        return [sys.executable, "-m", "ngnpro_server", "--config", str(self.config), *words]

    def begin_preparing(self) -> Process:
        """Start the command that creates or updates its configuration file and database."""
        if not self.config.exists():
            self.config.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # The file remains if the first start is interrupted, so that the second one loads the demo platform.
            self._demo_wanted.touch()
        return self._run("init-db")

    def finish_preparing(self, preparation: Process) -> None:
        """Wait until the database is prepared; exit the program if that fails."""
        output, _ = preparation.communicate()
        if preparation.returncode:
            sys.exit(f"The NGNPro server could not be prepared:\n{output}")

    @property
    def wants_demo(self) -> bool:
        """Return whether its database is new, so that the demo platform has not been loaded or refused yet."""
        return self._demo_wanted.exists()

    def load_demo(self, logins: Path) -> str:
        """Load the demo platform and return the output of the server, which refuses if it already has records.

        The server writes a login for each role to the file ``logins``, in place of an older one.
        """
        logins.unlink(missing_ok=True)
        output, _ = self._run("seed", "--logins", str(logins)).communicate()
        self.refuse_demo()
        return output

    def refuse_demo(self) -> None:
        """Leave the new database empty."""
        self._demo_wanted.unlink()

    def start(self, *words: str) -> Process:
        """Start a command whose input, output and complaints are pipes of the caller."""
        pipe, command = subprocess.PIPE, self.command(*words)
        return subprocess.Popen(command, env=self.environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    def _run(self, *words: str) -> Process:
        return subprocess.Popen(
            self.command(*words), env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )


def own_server(environment: Mapping[str, str] = os.environ) -> OwnServer:
    """Return the server of the settings ``NGNPRO_CONFIG`` and ``NGNPRO_PORT``."""
    return OwnServer(settings.NGNPRO_CONFIG, settings.NGNPRO_PORT, environment)
