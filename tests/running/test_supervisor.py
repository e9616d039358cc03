"""Tests of portal/running/supervisor.py, with small real processes."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.running.supervisor import Process
from tests.support.processes import Program, wait_until

pytestmark = pytest.mark.real

SUPERVISE = """
import os, sys
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
django.setup()
from portal.running import supervisor as module
from portal.running.supervisor import Supervisor

module.END_SECONDS = 8
supervisor = Supervisor([], lambda: print("ready", flush=True))
for number, code in enumerate(sys.argv[1:]):
    supervisor.add(f"program{number}", [sys.executable, "-c", code], os.environ)
supervisor.loop()
print("all ended")
"""
SLEEPS = "import time; time.sleep(600)"
ENDS = "print('here I am', flush=True); raise SystemExit(3)"
TIDY = """
import signal, sys, time
def tidy(*_):
    time.sleep(6)  # longer than the five seconds that there once were
    print("tidied up", flush=True)
    sys.exit()
signal.signal(signal.SIGTERM, tidy)
print("tidy", flush=True)
time.sleep(600)
"""
HAS_A_CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    started: list[Program] = []

    def start(*codes: str) -> Program:
        environment = {**os.environ, "PORTAL_VAR": str(tmp_path)}
        started.append(Program([sys.executable, "-c", SUPERVISE, *codes], environment, tmp_path / "output"))
        return started[-1]

    yield start
    for program in started:
        for child in children(program):
            if alive(child):
                os.kill(child, signal.SIGKILL)
        program.end()


def children(program: Program) -> list[int]:
    """Return the ids of the processes that the supervisor reported as started."""
    return [int(number) for number in re.findall(r"pid=(\d+)", program.read())]


def alive(pid: int) -> bool:
    """Return whether a process runs; a zombie process does not."""
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
    assert "all ended" in program.read()
    assert not (program.output.parent / "parts.json").exists()
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


def parts_of(program: Program) -> dict[str, dict[str, Any]]:
    """Return the state of the parts that the supervisor writes for the overview."""
    file = program.output.parent / "parts.json"
    told = json.loads(file.read_text()) if file.exists() else {"parts": []}
    return {part["name"]: part for part in told["parts"]}


def test_a_process_that_ends_by_itself_is_started_again_while_the_others_go_on(
    supervise: Callable[..., Program],
) -> None:
    program = supervise(SLEEPS, ENDS)
    program.wait_until(lambda: program.read().count("here I am") >= 3, "it is started for the third time")
    ends = [line.split("| ")[1] for line in program.read().splitlines() if "stopped unexpectedly" in line]
    assert ends[0].startswith("program1 stopped unexpectedly (exit status 3) after 0 s.")
    assert ends[0].endswith("It will be restarted in 1 s; the other parts go on.")
    assert "restarted in 2 s" in ends[1]
    program.wait_until(lambda: parts_of(program).get("program1", {}).get("restarts", 0) >= 2, "the restarts are told")
    sleeping, ending = parts_of(program)["program0"], parts_of(program)["program1"]
    assert (sleeping["runs"], sleeping["restarts"], sleeping["next_try"]) == (True, 0, 0)
    assert ending["reason"] == "exit status 3"
    assert program.read().count("program0 started") == 1


def test_a_killed_process_is_started_again_and_its_children_are_gone(
    supervise: Callable[..., Program],
) -> None:
    program = supervise(HAS_A_CHILD, SLEEPS)
    program.wait_until(lambda: len(children(program)) == 2, "both are started")
    first = children(program)[0]
    program.wait_until(lambda: len(session(first)) == 2, "its child is there")
    os.kill(first, signal.SIGKILL)
    program.wait_until(lambda: len(children(program)) == 3, "it is started again")
    assert "program0 stopped unexpectedly (killed by SIGKILL)" in program.read()
    assert session(first) == []


def session(leader: int) -> list[int]:
    """Return the ids of the living processes of a session."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            if os.getsid(int(folder.name)) == leader and alive(int(folder.name)):
                found.append(int(folder.name))
    return found


def test_a_missing_command_is_reported_and_tried_again(tmp_path: Path) -> None:
    said: list[str] = []
    process = Process("gone", [str(tmp_path / "no-such-program")], {}, lambda _name, line: said.append(line))
    assert process.look()
    assert "No such file" in said[0]
    state = process.state()
    assert not state.runs
    assert state.next_try > state.since
    assert not process.look()  # not before the time of its next start


def test_when_stopping_a_process_may_finish_its_request(supervise: Callable[..., Program]) -> None:
    program = supervise(TIDY, SLEEPS)
    program.wait_until(lambda: "| tidy" in program.read(), "it is started")
    program.signal(signal.SIGTERM)
    program.wait()
    assert "tidied up" in program.read()
    assert "by force" not in program.read()


def test_a_process_that_ignores_the_request_is_ended_by_force(supervise: Callable[..., Program]) -> None:
    program = supervise(DEAF, SLEEPS)
    program.wait_until(lambda: "| deaf" in program.read(), "the deaf one is started")
    program.signal(signal.SIGTERM)
    program.wait()
    assert len(children(program)) == 2
    wait_until(lambda: not any(alive(child) for child in children(program)), "both are gone")
