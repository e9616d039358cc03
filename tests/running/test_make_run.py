"""Tests of `make run` as a whole: first start, second start, every way to stop it, and an occupied port."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.running.commands import HOST, is_taken
from tests.support.processes import PATIENCE, House, Program, first_password, running, wait_until

pytestmark = pytest.mark.real

# Python runs this file at each start if it is on the path; it counts how often Python is started.
COUNT_STARTS = """
import os, sys
with open(os.environ["COUNTED_STARTS"], "a") as file:
    print(*sys.orig_argv[1:], file=file)
"""
PROGRAMS = {"start", "init-db", "serve", "portal.running.web", "celery"}
READY = "The portal is ready"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house that was started once, with the demo platform, and stopped."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "sitecustomize.py").write_text(COUNT_STARTS)
    house = House(folder)
    house.settings = {"PYTHONPATH": str(folder), "COUNTED_STARTS": str(folder / "starts")}
    with make_run(house) as program:
        ready(program)
        ctrl_c(program)
        program.wait()
    (folder / "first-output").write_text(program.read())
    (folder / "output").unlink()
    (folder / "starts").unlink()
    return house


@contextlib.contextmanager
def make_run(house: House) -> Iterator[Program]:
    """Run `make run` with the packages of the running tests; fail if it leaves a process behind."""
    for name in ("output", "starts"):
        (house.folder / name).unlink(missing_ok=True)
    command = ["make", "--old-file=.venv/.installed", f"BIN={Path(sys.executable).parent}", "run"]
    with running(command, house.environment, house.folder / "output") as program:
        yield program
    leftovers = inhabitants(house)
    for pid in leftovers:
        os.kill(pid, signal.SIGKILL)
    assert not leftovers, f"Processes were left behind:\n{program.read()}"


def inhabitants(house: House) -> list[int]:
    """Return the ids of all processes that were started to work in the house's folder."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):
                if f"PORTAL_VAR={house.var}".encode() in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
    return found


def ready(program: Program) -> None:
    program.wait_until(lambda: READY in program.read(), "the portal is ready")


def read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        return str(answer.read().decode())


def test_the_first_start_prints_a_password_and_where_to_go(house: House) -> None:
    printed = (house.folder / "first-output").read_text()
    assert len(first_password(printed)) >= 16
    assert "manage.py changepassword operator" in printed
    assert f"{READY}: {house.portal_url}" in printed
    assert "300 accounts" in printed


def test_the_second_start_keeps_everything_and_takes_five_starts_of_python(house: House) -> None:
    before = house.config.read_text()
    with make_run(house) as program:
        ready(program)
        assert "Sign in" in read(house.portal_url)
        assert "SipPort" in read(house.server_url + "wsdl")
        ctrl_c(program)
        program.wait()
    printed = program.read()
    assert "Password:" not in printed
    assert "up to date" not in printed
    assert "Loading the demo" not in printed
    assert f"{house.portal_url}demo/" in printed
    assert house.config.read_text() == before
    started = [set(line.split()) & PROGRAMS for line in starts(house)]
    assert sorted(name for names in started for name in names) == sorted(PROGRAMS)
    assert len(started) == len(PROGRAMS)


def ctrl_c(program: Program) -> None:
    """Send the signal as a terminal does: to make and all processes that it started, at the same time."""
    os.killpg(program.process.pid, signal.SIGINT)


def terminate(program: Program) -> None:
    """Send the signal as `kill` does: to make only."""
    program.signal(signal.SIGTERM)


@pytest.mark.parametrize("end", [ctrl_c, terminate])
def test_any_signal_ends_all_processes_without_a_traceback(house: House, end: Callable[[Program], None]) -> None:
    with make_run(house) as program:
        ready(program)
        end(program)
        program.wait()
        wait_until(lambda: not inhabitants(house), "all processes are gone")
    assert "Traceback" not in program.read()
    assert not is_taken(house.portal_port)
    assert not is_taken(house.server_port)


@pytest.mark.parametrize("variable", ["PORTAL_PORT", "NGNPRO_PORT"])
def test_a_port_in_use_is_reported_before_anything_is_started(house: House, variable: str) -> None:
    with socket.create_server((HOST, int(house.environment[variable]))), make_run(house) as program:
        assert program.wait() != 0
    [sentence] = [line for line in program.read().splitlines() if not line.startswith("make")]
    assert sentence.startswith(f"Port {house.environment[variable]} is taken by another program")
    assert f"make run {variable}=" in sentence
    assert len(starts(house)) == 1


@pytest.mark.parametrize(("variable", "value"), [("PORTAL_PORT", "http"), ("NGNPRO_PORT", "70000")])
def test_an_invalid_port_is_reported_in_one_sentence(house: House, variable: str, value: str) -> None:
    wrong = House(house.folder, settings={**house.settings, variable: value})
    with make_run(wrong) as program:
        assert program.wait() != 0
    [sentence] = [line for line in program.read().splitlines() if not line.startswith("make")]
    assert variable in sentence


def starts(house: House) -> list[str]:
    return (house.folder / "starts").read_text().splitlines()
