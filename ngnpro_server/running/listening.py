"""Sockets to listen at, opened before anything else, so that a taken port is said and not tried again and again."""

from __future__ import annotations

import os
import socket

from ngnpro_server.config import ConfigError, Server

# calls that wait for a thread
_BACKLOG = 2048


def listen(address: str, port: int, name: str) -> socket.socket:
    """Listen at a port; ``ConfigError`` says ``name``, what it was for, when that cannot be."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(f"Cannot listen at {name}: {reason}. Is another server running there?") from None
    listener.set_inheritable(True)
    return listener


def is_activated() -> bool:
    """Return whether systemd started this process with a socket that it holds (sd_listen_fds(3))."""
    return os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS", "0") != "0"


def url(server: Server) -> str:
    """Write the address that clients call."""
    host = f"[{server.address}]" if ":" in server.address else server.address
    return f"{'https' if server.certificate else 'http'}://{host}:{server.port}/"
