"""What is noted of every call: one line in the log, without secrets, and the same for whoever counts."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from ngnpro_server.call import Caller
from ngnpro_wire.codec import Request
from ngnpro_wire.facts.fault_codes import FaultCode

_log = logging.getLogger("ngnpro.calls")


@dataclass(slots=True)
class Note:
    """One call: where it came from, what it wanted, who made it, how it ended and how many seconds it took.

    ``login`` is the name that was given, whether it was right or not; ``caller`` is whose rights the call had, and
    missing where the login was refused. ``operation`` is like ``Sip.addAccount``, or ``?`` if it could not be read.
    """

    source: str
    operation: str = "?"
    login: str = ""
    caller: Caller | None = None
    code: FaultCode | None = None
    seconds: float = 0.0
    _started: float = field(default_factory=time.perf_counter)

    def read(self, request: Request) -> None:
        """Note what a call wants, and under which name."""
        self.operation = f"{request.operation.port}.{request.operation.name}"
        self.login = str((request.auth or {}).get("username") or "")

    def end(self, code: FaultCode | None, *, is_known: bool = True) -> None:
        """Note how the call ended, with a fault, without, or unknown, and write it into the log."""
        self.code = code
        self.seconds = time.perf_counter() - self._started
        outcome = ("ok" if is_known else "outcome unknown") if code is None else f"fault {code.value}"
        # the name as a literal, so that it stays in its line
        who = f"{self.caller or 'no one'} ({self.login!r})"
        took = self.seconds * 1000
        _log.info("%s by %s from %s: %s in %.1f ms", self.operation, who, self.source, outcome, took)


Observer: TypeAlias = Callable[[Note], None]
