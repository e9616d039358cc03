"""The record of each call for the log and for metrics, without secrets."""

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
    """One call: its source, operation, login, caller, outcome, and duration in seconds.

    ``login``: the username of the call, even if the login was refused. ``caller``: whose rights the call had, ``None``
    if the login was refused. ``operation``: e.g. ``Sip.addAccount``, or ``?`` if the call could not be decoded.
    """

    source: str
    operation: str = "?"
    login: str = ""
    caller: Caller | None = None
    code: FaultCode | None = None
    seconds: float = 0.0
    _started: float = field(default_factory=time.perf_counter)

    def read(self, request: Request) -> None:
        """Store the operation and the login of a call."""
        self.operation = f"{request.operation.port}.{request.operation.name}"
        self.login = str((request.auth or {}).get("username") or "")

    def end(self, code: FaultCode | None, *, is_known: bool = True) -> None:
        """Store the outcome of the call (success, fault or unknown) and its duration, and log it."""
        self.stop(code)
        self.tell(is_known=is_known)

    def start(self) -> None:
        """Measure the duration from now on."""
        self._started = time.perf_counter()

    def stop(self, code: FaultCode | None) -> None:
        """Store whether the call succeeded or its fault, and its duration."""
        self.code = code
        self.seconds = time.perf_counter() - self._started

    def tell(self, *, is_known: bool = True) -> None:
        """Log the call; ``is_known`` is false if it is unknown whether its change was stored."""
        if not _log.isEnabledFor(logging.INFO):
            return
        code = self.code
        outcome = ("ok" if is_known else "outcome unknown") if code is None else f"fault {code.value}"
        # the name as a literal, so that it cannot contain a line break
        who = f"{self.caller or 'no one'} ({self.login!r})"
        took = self.seconds * 1000
        _log.info("%s by %s from %s: %s in %.1f ms", self.operation, who, self.source, outcome, took)


Observer: TypeAlias = Callable[[Note], None]
