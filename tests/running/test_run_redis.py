"""Tests of `make run-redis`: all parts, with a Redis between them."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from portal.running.commands import HOST, accepts_connections
from tests.support.needs import REDIS
from tests.support.processes import PATIENCE, ROOT, House, free_port, running

pytestmark = [pytest.mark.real]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, settings={"PORTAL_REDIS_PORT": str(free_port()), "PORTAL_DEMO": "no"})


def start(house: House) -> subprocess.CompletedProcess[str]:
    """Start a configuration that cannot start."""
    command = [sys.executable, "manage.py", "start", "--redis"]
    return subprocess.run(
        command, cwd=ROOT, env=house.environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


@pytest.mark.needs(REDIS)
def test_redis_carries_the_queue_and_ends_with_the_rest(house: House) -> None:
    command = ["make", "--old-file=.venv/.installed", f"BIN={Path(sys.executable).parent}", "run-redis"]
    port = int(house.settings["PORTAL_REDIS_PORT"])
    with running(command, house.environment, house.folder / "output") as program:
        program.wait_until(lambda: "The portal is ready" in program.read(), "the portal is ready")
        program.wait_until(
            lambda: f"Connected to redis://:**@127.0.0.1:{port}/0" in program.read(), "the worker listens"
        )
        program.signal(signal.SIGTERM)
        program.wait()
        assert program.group_members() == []
    assert not accepts_connections(port)
    assert list((house.var / "redis" / "appendonlydir").iterdir())


@pytest.mark.needs(REDIS)
def test_a_port_that_is_taken_is_named(house: House) -> None:
    with socket.socket() as other:
        other.bind((HOST, int(house.settings["PORTAL_REDIS_PORT"])))
        other.listen()
        done = start(house)
    assert done.returncode == 1
    assert "PORTAL_REDIS_PORT" in done.stderr


def test_without_redis_it_says_what_is_missing(house: House, tmp_path: Path) -> None:
    house.settings["PATH"] = str(tmp_path)
    done = start(house)
    assert done.returncode == 1
    assert "Redis is missing: apt install redis-server" in done.stderr
