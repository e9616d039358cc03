"""Waitress' connections with limits in time for the whole request, a graceful end, and TLS."""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

# seconds and bytes that a client which was refused may go on sending, so that it gets to read why
_DRAIN_SECONDS, _DRAIN_BYTES = 10, 64 * 1024 * 1024
_TRY_LATER = (ssl.SSLWantReadError, ssl.SSLWantWriteError)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds from a request's first byte to the last of its headers, and to the last of its body."""

    header_seconds: float = 20
    request_seconds: float = 120


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection. Its request has to be complete in time, however steadily its bytes drip."""

    began = 0.0
    refused = False
    draining = 0.0
    drained = 0

    def received(self, data: bytes) -> bool:
        """Process bytes of a request."""
        if self.request is None:
            self.began = time.time()
        return bool(super().received(data))

    def readable(self) -> bool:
        """Return whether to wait for bytes."""
        return bool(self.draining and not self.will_close) or bool(super().readable())

    def writable(self) -> bool:
        """Return whether there is something to write, or to close."""
        return self.will_close if self.draining else bool(super().writable())

    def handle_read(self) -> None:
        """Read bytes of a request, or drop those of one that was refused."""
        if self.draining:
            self._drain()
        else:
            self.read_request()

    def read_request(self) -> None:
        """Read bytes of a request."""
        super().handle_read()

    def handle_close(self) -> None:
        """Close; a client that was refused unread first gets to read why, for a reset would take that from it."""
        if self.refused and self.connected and not self.draining:
            self.draining, self.will_close = time.time(), False
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
            return
        super().handle_close()

    def service(self) -> None:
        """Answer a request; in a process that ends, also tell the client that this connection does."""
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
        """Return whether a request that has begun takes too long to arrive, or a refused one does not end."""
        if self.draining:
            return now - self.draining > _DRAIN_SECONDS
        if self.request is None or self.requests:
            return False
        limits = self.server.limits
        return bool(
            now - self.began > (limits.request_seconds if self.request.headers_finished else limits.header_seconds)
        )


class TlsChannel(Channel):
    """One connection with TLS. Its handshake happens with the first reads and writes, none of which waits."""

    def __init__(self, server: Server, sock: socket.socket, *arguments: Any, **named: Any) -> None:
        wrapped = cast(ssl.SSLContext, server.tls).wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        super().__init__(server, wrapped, *arguments, **named)

    def recv(self, buffer_size: int) -> bytes:
        """Read and decrypt, with what the TLS layer holds already: nothing would tell of it again."""
        data: bytes = super().recv(buffer_size)
        while data and (waiting := self.socket.pending()):
            data += self.socket.recv(waiting)
        return data

    def read_request(self) -> None:
        """Read, unless what has arrived is not yet a whole record."""
        try:
            data = self.recv(self.adj.recv_bytes)
        except _TRY_LATER:
            return
        except OSError:
            # no TLS, or none that both sides know
            self.handle_close()
            return
        if not data:
            self.connected = False
            return
        self.last_activity = time.time()
        self.received(data)

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Encrypt and write; the number of bytes that were taken."""
        try:
            return int(super().send(data, do_close=do_close))
        except _TRY_LATER:
            return 0


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Takes the connections of one listening socket."""

    def __init__(
        self,
        application: Any,
        connections: dict[int, Any],
        listener: socket.socket,
        dispatcher: ThreadedTaskDispatcher,
        adjustments: Adjustments,
        tls: ssl.SSLContext | None,
        limits: Limits | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.stopping = False
        self.tls = tls
        self.channel_class = TlsChannel if tls else Channel
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
        """Accept a connection; one that the client has already closed must not end the listening."""
        with suppress(OSError):
            super().handle_accept()

    def maintenance(self, now: float) -> None:
        """Close what is idle or late; called every few seconds."""
        super().maintenance(now)
        for channel in self.active_channels.values():
            if channel.is_late(now):
                channel.will_close = True

    def stop_accepting(self) -> None:
        """Leave new connections to other processes, and let those that there are end."""
        self.stopping = True
        self.del_channel(self._map)

    def close_idle(self) -> None:
        """Close the connections on which no request is being answered."""
        for channel in self.active_channels.values():
            if not channel.requests and not channel.total_outbufs_len:
                channel.will_close = True
