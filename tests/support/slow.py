"""Clients that send half of a request and keep their connection open."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator

HALF_HEADERS = b"POST / HTTP/1.1\r\nHost: localhost\r\nX-Half: "
HALF_BODY = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n<half"


@contextlib.contextmanager
def half_sent(port: int, number: int, content: bytes, tls: ssl.SSLContext | None = None) -> Iterator[None]:
    """Open ``number`` connections to this machine, send ``content`` on each, and keep them open."""
    with contextlib.ExitStack() as held:
        for _ in range(number):
            connection = held.enter_context(socket.create_connection(("127.0.0.1", port), 180))
            if tls and content:
                connection = held.enter_context(tls.wrap_socket(connection, server_hostname="127.0.0.1"))
            connection.sendall(content)
        yield
