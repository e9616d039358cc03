"""Tests of portal/running/ports.py."""

from __future__ import annotations

import socket

import pytest

from portal.running import ports

pytestmark = pytest.mark.real


def test_a_port_that_somebody_listens_on_is_taken_and_answers() -> None:
    with socket.create_server((ports.HOST, 0)) as listener:
        port = listener.getsockname()[1]
        assert ports.is_taken(port)
        assert ports.accepts_connections(port)


def test_a_port_is_free_again_when_its_listener_is_gone() -> None:
    with socket.create_server((ports.HOST, 0)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection((ports.HOST, port)):
            listener.accept()[0].close()
    assert not ports.is_taken(port)
    assert not ports.accepts_connections(port)
