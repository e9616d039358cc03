"""Tests that a damaged database prevents the start of each program, and that logs are emptied at the end."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from ngnpro_wire import sqlite_guard
from tests.support.processes import PATIENCE, ROOT, House

pytestmark = pytest.mark.real
REFUSED = "is damaged (file is not a database). Nothing was changed. Put back a backup"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(tmp_path_factory.mktemp("house"))
    house.prepare()
    return house


def run(house: House, *command: str) -> tuple[int, str]:
    done = subprocess.run(
        command, cwd=ROOT, env=house.environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_start_on_sqlite_says_that_it_is_for_trying_out(house: House) -> None:
    assert house.manage("check_database") == f"Note: {sqlite_guard.WARNING}\n"


def test_at_its_end_our_server_leaves_no_log_and_warns_at_its_start(house: House) -> None:
    with house.server() as program:
        program.wait_until(lambda: "takes calls" in program.read(), "a worker takes calls")
        program.signal(signal.SIGTERM)
        program.wait()
        assert f"Note: {sqlite_guard.WARNING}" in program.read()
    assert [log for log in house.var.glob("ngnpro.sqlite3-wal") if log.stat().st_size] == []


def test_committed_changes_survive_a_power_failure() -> None:
    assert "synchronous=FULL" in settings.DATABASES["default"]["OPTIONS"]["init_command"]


@pytest.mark.parametrize("command", ["check_database", "prepare"])
def test_the_portal_does_not_start_on_a_damaged_database(house: House, tmp_path: Path, command: str) -> None:
    damaged = House(tmp_path)
    damaged.var.mkdir()
    (damaged.var / "portal.sqlite3").write_bytes(b"\xff" * 8192)
    status, said = run(damaged, sys.executable, "manage.py", command)
    assert status == 1
    assert REFUSED in said
    assert "Traceback" not in said


@pytest.mark.parametrize("command", ["serve", "init-db"])
def test_our_server_does_not_start_on_a_damaged_database(house: House, command: str) -> None:
    (house.var / "ngnpro.sqlite3").write_bytes(b"\xff" * 8192)
    status, said = run(house, *house.own_server.command(command))
    assert status == 1
    assert REFUSED in said
    assert "Traceback" not in said


def test_without_its_database_server_the_portal_says_so_after_a_while(house: House) -> None:
    away = House(house.folder, settings={"PORTAL_DATABASE_URL": "postgres://portal:x@127.0.0.1:9/portal"})
    status, said = run(away, sys.executable, "manage.py", "check_database", "--seconds", "1")
    assert status == 1
    assert "The portal's database does not answer" in said
    assert "Traceback" not in said
