"""How the parts of `make run` stand: the supervisor writes it to a file, and pages read it.

Where systemd runs the parts there is no such file, and nothing to tell: systemd knows.
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
class Part:
    """One part: whether it runs, since when (Unix time), how often it was started again, and why the last time.

    ``next_try`` is when it is started again (Unix time), 0 while it runs.
    """

    name: str
    runs: bool
    since: float
    restarts: int = 0
    reason: str = ""
    next_try: float = 0.0

    @property
    def since_time(self) -> datetime:
        """When it started, or when it ended."""
        return datetime.fromtimestamp(self.since, UTC)

    @property
    def next_try_time(self) -> datetime:
        """When it is started again."""
        return datetime.fromtimestamp(self.next_try, UTC)


def file() -> Path:
    """Name the file."""
    return Path(settings.VAR) / "parts.json"


def write(parts: list[Part]) -> None:
    """Tell how the parts stand; this process is the supervisor."""
    new = file().with_suffix(".new")
    new.write_text(json.dumps({"supervisor": os.getpid(), "parts": [asdict(part) for part in parts]}))
    new.replace(file())


def forget() -> None:
    """Tell nothing any more: the supervisor ends."""
    file().unlink(missing_ok=True)


def read() -> list[Part]:
    """Read how the parts stand; nothing when no supervisor runs."""
    try:
        told = json.loads(file().read_text())
        os.kill(told["supervisor"], 0)
        return [Part(**part) for part in told["parts"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def in_trouble(viewer: Viewer) -> list[Part]:
    """List the parts that do not run, or had to be started again, for an operator with all rights."""
    return [part for part in read() if not part.runs or part.restarts] if viewer.is_full else []
