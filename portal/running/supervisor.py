"""Runs the processes of `make run` with one output, restarts those that exit, and stops them together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

from portal.core.processes import ProcessState, forget_processes, write_processes
from portal.running.commands import accepts_connections

END_SECONDS = 40.0
LONGEST_PAUSE = 60.0
_TICK = 0.1


class Process:
    """A supervised process: its command, the current process, and the exits of earlier ones."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], say: Callable[..., None]):
        self.name = name
        self._command, self._environment, self._say = list(command), dict(environment), say
        self._popen: subprocess.Popen[str] | None = None
        self._since = self._next_try = time.time()
        self._pause, self._restarts, self._reason, self._started = 0.0, -1, "", 0.0

    @property
    def runs(self) -> bool:
        """Return whether the process is running."""
        return self._popen is not None

    def state(self) -> ProcessState:
        """Return its status."""
        next_try = 0.0 if self.runs else self._next_try
        return ProcessState(self.name, self.runs, self._since, max(0, self._restarts), self._reason, next_try)

    def look(self) -> bool:
        """Start it when that is due, and record its exit; return whether either happened."""
        if self._popen is None:
            return time.monotonic() >= self._started + self._pause and self._start()
        if self._popen.poll() is None:
            return False
        self._note_end(_in_words(self._popen.returncode))
        return True

    def ask_to_end(self) -> None:
        """Ask it to stop after the work in progress."""
        if self._popen is not None:
            self._popen.terminate()

    def has_ended(self) -> bool:
        """Return whether it has exited; child processes that it left are killed."""
        if self._popen is not None and self._popen.poll() is None:
            return False
        self.kill()
        return True

    def kill(self) -> None:
        """Kill it with all its child processes."""
        if self._popen is not None:
            # each process has its own session, so that Ctrl-C in the terminal only reaches the supervisor
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._popen.pid, signal.SIGKILL)
            self._popen.wait()
            self._popen = None

    def _start(self) -> bool:
        self._restarts += 1
        self._since, self._started = time.time(), time.monotonic()
        try:
            self._popen = subprocess.Popen(
                self._command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        except OSError as error:
            self._note_end(str(error))
            return True
        self._say("run", f"{self.name} started (pid={self._popen.pid})")
        threading.Thread(target=self._pass_on, args=(self._popen,), daemon=True).start()
        return True

    def _pass_on(self, popen: subprocess.Popen[str]) -> None:
        assert popen.stdout is not None  # noqa: S101  # set by the arguments above
        for line in popen.stdout:
            self._say(self.name, line.rstrip("\n"))

    def _note_end(self, reason: str) -> None:
        self.kill()
        lasted = time.monotonic() - self._started
        # the delays double: 1, 2, 4 seconds and so on; they start again after a long run
        self._pause = 1.0 if lasted >= LONGEST_PAUSE else min(LONGEST_PAUSE, 2 * self._pause or 1.0)
        self._since, self._reason, self._started = time.time(), reason, time.monotonic()
        self._next_try = self._since + self._pause
        again = f"It will be restarted in {self._pause:.0f} s; the other parts go on."
        self._say("run", f"{self.name} stopped unexpectedly ({reason}) after {lasted:.0f} s. {again}")


class Supervisor:
    """Runs processes until it is stopped by Ctrl-C, SIGTERM or a closed terminal.

    A process that exits is restarted after a delay that doubles each time, up to a minute. ``when_ready`` is called
    once, as soon as every port in ``awaited`` answers. At the end, all processes get SIGTERM and ``END_SECONDS`` to
    exit, and are then killed.
    """

    def __init__(self, awaited: Sequence[int], when_ready: Callable[[], None]) -> None:
        self._awaited = awaited
        self._when_ready = when_ready
        self._first: list[Process] = []
        self._last: list[Process] = []
        self._asked_to_end = False
        self._printing = threading.Lock()

    def add(self, name: str, command: Sequence[str], environment: Mapping[str, str], *, serves: bool = False) -> None:
        """Add a process; one that ``serves`` the others is stopped after them."""
        (self._last if serves else self._first).append(Process(name, command, environment, self._say))

    def loop(self) -> None:
        """Run all processes; return when all have exited."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_end)
        threading.Thread(target=self._announce, daemon=True).start()
        try:
            while not self._asked_to_end:
                # a list, so that every process is checked
                changes = [process.look() for process in self._all()]
                if any(changes):
                    self._tell()
                time.sleep(_TICK)
        finally:
            self._say("run", f"All parts are asked to end; they have {END_SECONDS:.0f} s for what they are at.")
            end = time.monotonic() + END_SECONDS
            self._end(self._first, end)
            self._end(self._last, max(end, time.monotonic() + END_SECONDS / 4))
            forget_processes()

    def _tell(self) -> None:
        try:
            write_processes([process.state() for process in self._all()])
        except OSError as error:
            self._say("run", f"The state of the parts cannot be shown in the overview: {error}")

    def _all(self) -> list[Process]:
        return [*self._last, *self._first]

    def _end(self, processes: list[Process], end: float) -> None:
        for process in processes:
            process.ask_to_end()
        waiting = list(processes)
        while waiting and time.monotonic() < end:
            waiting = [process for process in waiting if not process.has_ended()]
            time.sleep(_TICK / 2)
        for process in waiting:
            self._say("run", f"{process.name} did not end in time and is ended by force.")
            process.kill()

    def _ask_to_end(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_end = True

    def _say(self, name: str, line: str) -> None:
        with self._printing, contextlib.suppress(OSError):  # a closed terminal stops nothing
            sys.stdout.write(f"{time.strftime('%H:%M:%S')} {name:<7}| {line}\n")
            sys.stdout.flush()

    def _announce(self) -> None:
        waiting = list(self._awaited)
        while waiting and not self._asked_to_end:
            time.sleep(_TICK)
            waiting = [port for port in waiting if not accepts_connections(port)]
        if not self._asked_to_end:
            self._when_ready()


def _in_words(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    return f"killed by {signal.Signals(-status).name}"
