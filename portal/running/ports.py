"""The two ports that `make run` listens on, and whether they are free."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


def is_taken(port: int) -> bool:
    """Return whether another program listens on ``port`` of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the servers do: a port with connections in TIME_WAIT only counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def answers(port: int) -> bool:
    """Return whether a program accepts connections on ``port`` of this machine."""
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False
