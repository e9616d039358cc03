"""An HTTP server on the loopback interface that breaks connections before, during or after the work, as tests say."""

from __future__ import annotations

import contextlib
import io
import re
import socket
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .wsgi import WsgiApp

WORK = 0.15  # seconds that a server continues to work after its connection broke


class Cut(Enum):
    """Where in a call the connection breaks."""

    BEFORE = auto()  # the call never reaches the application
    DURING = auto()  # while the application is working: it finishes the work a little later
    AFTER = auto()  # the work is done, no byte of the answer is sent
    HALF = auto()  # the work is done, half of the answer is sent
    SILENCE = auto()  # the work is done, nothing is sent, and the connection stays open
    SILENCE_BEFORE = auto()  # nothing is done, nothing is sent, and the connection stays open
    DRIP = auto()  # the answer is sent byte by byte, without end
    CLOSE = auto()  # the answer is complete, and the connection is closed without notice


@dataclass
class CuttingServer:
    """Passes calls to a WSGI application; the connections of the operations named in ``cuts`` are broken once each."""

    app: WsgiApp
    cuts: dict[str, Cut] = field(default_factory=dict)
    connections: int = 0
    calls: list[str] = field(default_factory=list)
    http: Any = None
    stopping: threading.Event = field(default_factory=threading.Event)
    broken: threading.Event = field(default_factory=threading.Event)  # set when a connection has been cut

    @property
    def port(self) -> int:
        port: int = self.http.server_address[1]
        return port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


@contextlib.contextmanager
def cutting_server(app: WsgiApp, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[CuttingServer]:
    """Serve on a free port, or on the given one, until the block ends."""
    server = CuttingServer(app)

    class Handler(_Handler):
        cutting = server

    server.http = _Http(("127.0.0.1", port), Handler)
    if tls is not None:
        server.http.socket = tls.wrap_socket(server.http.socket, server_side=True)
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.http.shutdown()
        server.http.server_close()
        thread.join()


class _Http(ThreadingHTTPServer):
    daemon_threads = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore connections that clients broke; any other error is printed and fails the test that reads stderr."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    cutting: CuttingServer
    protocol_version = "HTTP/1.1"
    timeout = 30

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.cutting.connections += 1
        threading.Thread(target=self._end_with_server, daemon=True).start()

    def do_GET(self) -> None:
        self._answer(None, *self._work(b""))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        found = re.search(rb"Body[^>]*><(?:\w+:)?(\w+)", body)
        operation = found[1].decode() if found else ""
        self.cutting.calls.append(operation)
        cut = self.cutting.cuts.pop(operation, None)
        if cut is Cut.BEFORE:
            self._break()
        elif cut is Cut.DURING:
            self._break()
            time.sleep(WORK)
            self._work(body)
        elif cut is Cut.AFTER:
            self._work(body)
            self._break()
        elif cut is Cut.SILENCE_BEFORE:
            self.cutting.stopping.wait()
        else:
            self._answer(cut, *self._work(body))

    def _answer(self, cut: Cut | None, status: str, answer: bytes) -> None:
        if cut is Cut.SILENCE:
            self.cutting.stopping.wait()
            return
        head = f"HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: {len(answer)}\r\n\r\n".encode()
        if cut is Cut.HALF:
            self.wfile.write(head + answer[: len(answer) // 2])
            self._break()
        elif cut is Cut.DRIP:
            self.wfile.write(head)
            for byte in answer:
                if self.cutting.stopping.wait(0.02):
                    break
                self.wfile.write(bytes([byte]))
        else:
            self.wfile.write(head + answer)
            if cut is Cut.CLOSE:
                self._break()

    def _work(self, body: bytes) -> tuple[str, bytes]:
        started: list[Any] = []
        environ = {
            "REQUEST_METHOD": self.command,
            "PATH_INFO": self.path.partition("?")[0],
            "QUERY_STRING": self.path.partition("?")[2],
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": str(self.cutting.port),
            "REMOTE_ADDR": self.client_address[0],
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_HOST": self.headers.get("Host", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
        }
        answer = b"".join(self.cutting.app(environ, lambda status, headers: started.append(status)))
        return started[0], answer

    def _break(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)
        self.cutting.broken.set()

    def _end_with_server(self) -> None:
        self.cutting.stopping.wait()
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_message: object) -> None:
        """Log nothing."""
