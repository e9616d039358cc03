"""Checks of whether ports of this machine are free, and whether programs answer on them."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


def is_taken(port: int) -> bool:
    """Return whether another program listens on ``port`` of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # The servers set it, too: with it, a port that only has connections in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def accepts_connections(port: int) -> bool:
    """Return whether a program accepts connections on ``port`` of this machine."""
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False
