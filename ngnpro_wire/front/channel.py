"""Waitress connections with time limits for whole requests, limits of their bodies, graceful shutdown, and TLS."""

from __future__ import annotations

import copy
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

# how long, and how many bytes, a refused client may go on sending, so that it can read the answer
_DRAIN_SECONDS, _DRAIN_BYTES = 10, 64 * 1024 * 1024
_TRY_LATER = (ssl.SSLWantReadError, ssl.SSLWantWriteError)


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Time limits in seconds from the first byte of a request to the end of its headers, and to the end of its body."""

    header_seconds: float = 20
    request_seconds: float = 120


@dataclass(frozen=True, slots=True)
class Strangers:
    """Requests without the cookie of a session: their bodies may have ``largest_body`` bytes at most."""

    cookie: str
    largest_body: int


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Parses one request; refuses a body that is too long as soon as the headers are complete."""

    adj: Adjustments

    def __init__(self, adjustments: Adjustments, strangers: Strangers | None) -> None:
        super().__init__(adjustments)
        self.strangers = strangers

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the headers, and lower the limit for the body if there is no session."""
        super().parse_header(header_plus)
        if self.strangers and f"{self.strangers.cookie}=" not in self.headers.get("COOKIE", ""):
            self.adj = copy.copy(self.adj)
            self.adj.max_request_body_size = self.strangers.largest_body + 1


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection, whose requests must be complete within the time limits, even if bytes keep arriving."""

    began = 0.0
    refused = False
    draining = 0.0
    drained = 0

    def parser_class(self, adjustments: Adjustments) -> Parser:
        """Make the parser of a request."""
        return Parser(adjustments, self.server.strangers)

    def received(self, data: bytes) -> bool:
        """Process received bytes of a request."""
        if self.request is None:
            self.began = time.time()
        return bool(super().received(data))

    def readable(self) -> bool:
        """Return whether to wait for bytes from the client."""
        return bool(self.draining and not self.will_close) or bool(super().readable())

    def writable(self) -> bool:
        """Return whether the connection has bytes to write, or is to be closed."""
        return self.will_close if self.draining else bool(super().writable())

    def handle_read(self) -> None:
        """Read bytes of a request, or discard them if the request was refused."""
        if self.draining:
            self._drain()
        else:
            self.read_request()

    def read_request(self) -> None:
        """Read bytes of a request."""
        super().handle_read()

    def handle_close(self) -> None:
        """Close the connection; if the request was refused before it was read, drain it first.

        Closing at once would reset the connection, and the client could not read the answer.
        """
        if self.refused and self.connected and not self.draining:
            self.draining, self.will_close = time.time(), False
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
            return
        super().handle_close()

    def service(self) -> None:
        """Answer a request; if the process is stopping, also announce that the connection will be closed."""
        self.refused = self.requests[0].error is not None
        if self.server.stopping:
            self.requests[0].headers["CONNECTION"] = "close"
        super().service()

    def _drain(self) -> None:
        try:
            data = self.socket.recv(64 * 1024)
        except _TRY_LATER:
            return
        except OSError:
            data = b""
        self.drained += len(data)
        if not data or self.drained > _DRAIN_BYTES:
            self.handle_close()

    def is_late(self, now: float) -> bool:
        """Return whether a request takes too long to arrive, or a refused one too long to end."""
        if self.draining:
            return now - self.draining > _DRAIN_SECONDS
        if self.request is None or self.requests:
            return False
        limits = self.server.limits
        return bool(
            now - self.began > (limits.request_seconds if self.request.headers_finished else limits.header_seconds)
        )


class TlsChannel(Channel):
    """One connection with TLS; the handshake is part of the first reads and writes, which never block."""

    def __init__(self, server: ListeningServer, sock: socket.socket, *arguments: Any, **named: Any) -> None:
        wrapped = cast(ssl.SSLContext, server.tls).wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        super().__init__(server, wrapped, *arguments, **named)

    def recv(self, buffer_size: int) -> bytes:
        """Read and decrypt, including the bytes that the TLS layer has buffered, which ``poll`` would not report."""
        data: bytes = super().recv(buffer_size)
        while data and (waiting := self.socket.pending()):
            data += self.socket.recv(waiting)
        return data

    def read_request(self) -> None:
        """Read bytes of a request, if a whole TLS record has arrived."""
        try:
            data = self.recv(self.adj.recv_bytes)
        except _TRY_LATER:
            return
        except OSError:
            # the client does not use TLS, or no version or cipher in common
            self.handle_close()
            return
        if not data:
            self.connected = False
            return
        self.last_activity = time.time()
        self.received(data)

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Encrypt and write; return the number of bytes that were accepted."""
        try:
            return int(super().send(data, do_close=do_close))
        except _TRY_LATER:
            return 0


class ListeningServer(TcpWSGIServer):  # type: ignore[misc]
    """The server of one listening socket."""

    def __init__(
        self,
        application: Any,
        connections: dict[int, Any],
        listener: socket.socket,
        dispatcher: ThreadedTaskDispatcher,
        adjustments: Adjustments,
        tls: ssl.SSLContext | None,
        limits: TimeLimits | None = None,
        strangers: Strangers | None = None,
    ) -> None:
        self.limits = limits or TimeLimits()
        self.stopping = False
        self.tls = tls
        self.channel_class = TlsChannel if tls else Channel
        self.strangers = strangers
        place = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(
            application,
            connections,
            _sock=listener,
            dispatcher=dispatcher,
            adj=adjustments,
            sockinfo=place,
            bind_socket=False,
        )

    def handle_accept(self) -> None:
        """Accept a connection; ignore errors of connections that the client has already closed."""
        with suppress(OSError):
            super().handle_accept()

    def maintenance(self, now: float) -> None:
        """Close connections that are idle or too slow; called every few seconds."""
        super().maintenance(now)
        for channel in self.active_channels.values():
            if channel.is_late(now):
                channel.will_close = True

    def stop_accepting(self) -> None:
        """Leave new connections to other processes; existing connections are closed after their current request.

        Connections that wait already are accepted. If no other process listens, further ones are refused, so that their
        clients know that nothing was sent; in an open socket they would wait, and then break.
        """
        self.stopping = True
        known = -1
        while known < (known := len(self.active_channels)):
            self.handle_accept()
        self.del_channel(self._map)
        self.socket.close()

    def close_idle(self) -> None:
        """Close the connections that have no request in progress."""
        for channel in self.active_channels.values():
            if not channel.requests and not channel.total_outbufs_len:
                channel.will_close = True
