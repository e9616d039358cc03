"""Tests of portal/running/commands.py."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from portal.running.commands import HOST, accepts_connections, is_taken

pytestmark = pytest.mark.real
ROOT = Path(__file__).resolve().parents[2]


def test_a_port_with_a_listener_is_taken_and_answers() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        assert is_taken(port)
        assert accepts_connections(port)


def test_a_port_is_free_again_when_its_listener_is_gone() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection((HOST, port)):
            listener.accept()[0].close()
    assert not is_taken(port)
    assert not accepts_connections(port)


@pytest.mark.parametrize(
    "command", [["manage.py", "rooms"], ["manage.py", "help"], ["-m", "ngnpro_server", "init-db"]], ids=" ".join
)
def test_a_command_whose_output_no_one_reads_ends_quietly(command: list[str], tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    environment = {**os.environ, "PORTAL_VAR": str(tmp_path), "NGNPRO_CONFIG": str(tmp_path / "ngnpro.ini")}
    try:
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=environment, stdout=writer, stderr=subprocess.PIPE, text=True
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")
