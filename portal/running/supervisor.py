"""Keeps the processes of `make run` together: one output, one end, and a line that says when they are ready."""

from __future__ import annotations

import shlex
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

from honcho.manager import Manager

from portal.running import ports


class Supervisor(Manager):  # type: ignore[misc]  # honcho has no types
    """Runs processes until one of them ends or a person asks for the end, by Ctrl-C, SIGTERM or a closed terminal.

    ``when_ready`` is called once, as soon as every port in ``awaited`` answers.

    Honcho's own answer to a signal fails while its processes are being started, and never ends one that hangs.
    So a signal only leaves a wish here, which honcho's loop then treats like a process that ended: SIGTERM to all,
    and after five seconds SIGKILL.
    """

    def __init__(self, awaited: Sequence[int], when_ready: Callable[[], None]) -> None:
        super().__init__()
        self._awaited = awaited
        self._when_ready = when_ready
        self.asked_to_end = False

    def add(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Add a process; it replaces the shell that honcho starts it with, so that signals reach it."""
        self.add_process(name, "exec " + shlex.join(command), env=dict(environment))

    def _start(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_end)
        super()._start()
        threading.Thread(target=self._announce, daemon=True).start()

    def _ask_to_end(self, _number: int, _frame: FrameType | None) -> None:
        self.asked_to_end = True

    def _any_stopped(self) -> bool:
        return self.asked_to_end or super()._any_stopped()

    def _announce(self) -> None:
        waiting = list(self._awaited)
        while waiting and not self.asked_to_end:
            waiting = [port for port in waiting if not ports.answers(port)]
            time.sleep(0.1)
        if not self.asked_to_end:
            self._when_ready()
