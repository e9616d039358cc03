"""Tests of portal/running/commands.py."""

from __future__ import annotations

import socket

import pytest

from portal.running.commands import HOST, accepts_connections, is_taken

pytestmark = pytest.mark.real


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
