"""What every part of the seed works with: the open transaction, the chance, the time, and the server's operations."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, TextIO

from sqlalchemy import Connection

from ngnpro_server.call import Call, Caller, Level
from ngnpro_server.config import Config
from ngnpro_server.ports import OPERATIONS

_SEED = 9200
_ADMINISTRATOR = Caller(level=Level.ADMINISTRATOR)
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """A platform in the making. All choices come from ``random``, so that every run makes the same one; only
    passwords differ. ``proxy`` is a transaction in the database that the SIP proxy writes. ``now`` is UTC without
    timezone, to the second.
    """

    connection: Connection
    proxy: Connection
    config: Config
    now: datetime
    random: Random = field(default_factory=lambda: Random(_SEED))

    def call(self, port: str, operation: str, at: datetime | None = None, /, **arguments: Any) -> Any:
        """Run an operation as the administrator, as if it were called at the moment ``at``."""
        return OPERATIONS[port][operation](self.as_call(at), **arguments)

    def as_call(self, at: datetime | None = None) -> Call:
        """Return the call object for an operation."""
        return Call(caller=_ADMINISTRATOR, connection=self.connection, config=self.config, now=at or self.now)

    def moments(self, number: int, since: datetime | None = None) -> list[datetime]:
        """Choose moments between ``since`` (a year ago, when not given) and an hour ago, the earliest first."""
        start = since or self.now - _YEAR
        seconds = max(int((self.now - start).total_seconds()) - 3600, 1)
        return [start + timedelta(seconds=s) for s in sorted(self.random.choices(range(seconds), k=number))]

    def moment(self, since: datetime) -> datetime:
        """Choose one moment between ``since`` and an hour ago."""
        seconds = int((self.now - since).total_seconds()) - 3600
        return since + timedelta(seconds=int(self.random.random() * max(seconds, 1)))


Progress = Callable[[int], None]


def progress_line(total: int, what: str, output: TextIO = sys.stderr) -> Progress:
    """Return a function that prints how many of ``total`` are done; it prints nothing when stderr is not a terminal."""
    if not output.isatty():
        return lambda done: None

    def tell(done: int) -> None:
        end = "\n" if done >= total else ""
        print(f"\rMaking {what}: {done:,} of {total:,} ({done * 100 // total} %)", end=end, file=output, flush=True)

    return tell
