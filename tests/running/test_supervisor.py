"""Tests of portal/running/supervisor.py, with small real processes."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.processes import Program, wait_until

pytestmark = pytest.mark.real

SUPERVISE = """
import os, sys
from portal.running.supervisor import Supervisor

supervisor = Supervisor([], lambda: print("ready", flush=True))
for number, code in enumerate(sys.argv[1:]):
    supervisor.add(f"program{number}", [sys.executable, "-c", code], os.environ)
supervisor.loop()
print("asked to end:", supervisor.asked_to_end)
"""
SLEEPS = "import time; time.sleep(600)"
ENDS = "raise SystemExit(3)"
HAS_A_CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    started: list[Program] = []

    def start(*codes: str) -> Program:
        started.append(Program([sys.executable, "-c", SUPERVISE, *codes], os.environ, tmp_path / "output"))
        return started[-1]

    yield start
    for program in started:
        for child in children(program):
            if alive(child):
                os.kill(child, signal.SIGKILL)
        program.end()


def children(program: Program) -> list[int]:
    """The numbers of the processes that the supervisor said it started."""
    return [int(number) for number in re.findall(r"pid=(\d+)", program.read())]


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended and only waits to be counted does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_processes_and_their_children_without_a_traceback(
    supervise: Callable[..., Program], number: signal.Signals
) -> None:
    program = supervise(SLEEPS, HAS_A_CHILD)
    program.wait_until(lambda: "ready" in program.read(), "both are started")
    program.signal(number)
    program.wait()
    assert "asked to end: True" in program.read()
    assert "Traceback" not in program.read()
    assert len(children(program)) == 2
    assert not any(alive(child) for child in children(program))


def test_a_signal_in_the_middle_of_the_start_ends_all_as_well(supervise: Callable[..., Program]) -> None:
    program = supervise(SLEEPS, SLEEPS, SLEEPS)
    program.wait_until(lambda: "program0 started" in program.read(), "the first is started")
    program.signal(signal.SIGINT)
    program.signal(signal.SIGINT)
    program.wait()
    assert "Traceback" not in program.read()
    assert not any(alive(child) for child in children(program))


def test_when_one_process_ends_by_itself_the_others_are_ended(supervise: Callable[..., Program]) -> None:
    program = supervise(SLEEPS, ENDS)
    program.wait()
    assert "asked to end: False" in program.read()
    assert "program1 stopped (rc=3)" in program.read()
    assert not any(alive(child) for child in children(program))


def test_a_process_that_ignores_the_request_is_ended_by_force(supervise: Callable[..., Program]) -> None:
    program = supervise(DEAF, SLEEPS)
    program.wait_until(lambda: "| deaf" in program.read(), "the deaf one is started")
    program.signal(signal.SIGTERM)
    program.wait()
    assert len(children(program)) == 2
    wait_until(lambda: not any(alive(child) for child in children(program)), "both are gone")
