"""The status of the processes of `make run`: the supervisor writes it to a file, and pages read it.

Where systemd runs the processes, the file does not exist; use systemd to see their status.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from portal.core.viewer import Viewer


@dataclass(frozen=True, slots=True)
class ProcessState:
    """A process: whether it runs, since when (Unix time), how often it was restarted, and the reason the last time.

    ``next_try`` is when it will be restarted (Unix time), 0 while it runs.
    """

    name: str
    runs: bool
    since: float
    restarts: int = 0
    reason: str = ""
    next_try: float = 0.0

    @property
    def since_time(self) -> datetime:
        """Return when it started, or ended."""
        return datetime.fromtimestamp(self.since, UTC)

    @property
    def next_try_time(self) -> datetime:
        """Return when it will be restarted."""
        return datetime.fromtimestamp(self.next_try, UTC)


def status_file() -> Path:
    """Return the path of the status file."""
    return Path(settings.VAR) / settings.STATUS_FILE.name


def write_processes(parts: list[ProcessState]) -> None:
    """Write the status of the processes, and the ports at which commands find them (``portal.env.running_port``).

    Only the supervisor calls this, since its process id is written as well.
    """
    new = status_file().with_suffix(".new")
    ports = {"portal": settings.PORTAL_PORT, "ngnpro": settings.NGNPRO_PORT if settings.RUN_SERVER else 0}
    parts_now = [asdict(part) for part in parts]
    new.write_text(json.dumps({"supervisor": os.getpid(), "ports": ports, "parts": parts_now}))
    new.replace(status_file())


def forget_processes() -> None:
    """Delete the status file, because the supervisor ends."""
    status_file().unlink(missing_ok=True)


def read_processes() -> list[ProcessState]:
    """Return the status of the processes; empty if no supervisor runs."""
    try:
        status = json.loads(status_file().read_text())
        os.kill(status["supervisor"], 0)
        return [ProcessState(**part) for part in status["parts"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def processes_in_trouble(viewer: Viewer) -> list[ProcessState]:
    """List the processes that do not run or were restarted; empty unless the viewer is an operator with all rights."""
    return [part for part in read_processes() if not part.runs or part.restarts] if viewer.is_full else []
