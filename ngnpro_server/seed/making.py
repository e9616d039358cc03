"""The context of all modules of the seed: transactions, random numbers, the time, and the server's operations."""

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
    """A platform that is being created.

    All choices come from ``random``, so that every run creates the same platform; only passwords differ. ``proxy`` is a
    connection, in a transaction, to the database that the SIP proxy writes. ``now`` is UTC without timezone, to the
    second.
    """

    connection: Connection
    proxy: Connection
    config: Config
    now: datetime
    random: Random = field(default_factory=lambda: Random(_SEED))

    def call(self, port: str, operation: str, at: datetime | None = None, /, **arguments: Any) -> Any:
        """Run an operation as the administrator, as if it were called at ``at``; return its result."""
        return OPERATIONS[port][operation](self.as_call(at), **arguments)

    def as_call(self, at: datetime | None = None) -> Call:
        """Return the call object for an operation that is run as the administrator at ``at``."""
        return Call(caller=_ADMINISTRATOR, connection=self.connection, config=self.config, now=at or self.now)

    def moments(self, number: int, since: datetime | None = None) -> list[datetime]:
        """Return random times between ``since`` (default: a year ago) and an hour ago, the earliest first."""
        start = since or self.now - _YEAR
        seconds = max(int((self.now - start).total_seconds()) - 3600, 1)
        return [start + timedelta(seconds=s) for s in sorted(self.random.choices(range(seconds), k=number))]

    def moment(self, since: datetime) -> datetime:
        """Return a random time between ``since`` and an hour ago."""
        seconds = int((self.now - since).total_seconds()) - 3600
        return since + timedelta(seconds=int(self.random.random() * max(seconds, 1)))


Progress = Callable[[int], None]


def progress_line(total: int, what: str, output: TextIO = sys.stderr) -> Progress:
    """Return a function that prints how many of ``total`` are done, or nothing if ``output`` is not a terminal."""
    if not output.isatty():
        return lambda done: None

    def tell(done: int) -> None:
        end = "\n" if done >= total else ""
        print(f"\rMaking {what}: {done:,} of {total:,} ({done * 100 // total} %)", end=end, file=output, flush=True)

    return tell
