"""Metrics for Prometheus: calls, faults and durations of every operation, summed over all worker processes."""

from __future__ import annotations

import os
import socket
import tempfile
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ngnpro_server.soap.notes import Note

HOST = "127.0.0.1"
PATH = "/metrics"
_READY = b"""\
# HELP ngnpro_ready Whether the database can be written to and its disk has space: what /ready says.
# TYPE ngnpro_ready gauge
ngnpro_ready %d
"""
_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


def new_folder() -> Path:
    """Create the folder in which the worker processes store their metrics."""
    return Path(tempfile.mkdtemp(prefix="ngnpro-metrics-"))


class Metrics:
    """Counts the calls of one worker process, and serves the metrics of all of them.

    All workers listen at the same socket, and the one that accepts a request answers for all. So no separate process
    is needed, which could stop without being restarted.
    """

    def __init__(self, folder: Path) -> None:
        # prometheus_client reads this when it is imported, to find out whether processes share their metrics
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        from prometheus_client import CollectorRegistry, Counter, Histogram
        from prometheus_client.multiprocess import MultiProcessCollector

        own = CollectorRegistry()
        operation = ["operation"]
        self._calls = Counter("ngnpro_calls", "Calls that were answered, also with a fault.", operation, registry=own)
        self._faults = Counter("ngnpro_faults", "Faults by their code.", [*operation, "code"], registry=own)
        self._seconds = Histogram(
            "ngnpro_call_seconds", "Time from a call to its answer.", operation, registry=own, buckets=_SECONDS
        )
        self._of_all = CollectorRegistry()
        MultiProcessCollector(self._of_all, str(folder))  # type: ignore[no-untyped-call]

    def observe(self, note: Note) -> None:
        """Count a call, its duration and its fault, if any."""
        self._calls.labels(note.operation).inc()
        self._seconds.labels(note.operation).observe(note.seconds)
        if note.code is not None:
            self._faults.labels(note.operation, note.code.value).inc()

    def text(self) -> bytes:
        """Return the metrics of all worker processes, and whether the server is ready, in Prometheus' text format."""
        from prometheus_client import generate_latest

        return generate_latest(self._of_all) + _READY % (not self._why_not_ready())

    def answer_at(self, listener: socket.socket, why_not_ready: Callable[[], str]) -> None:
        """Start a thread that serves the metrics at a socket."""
        self._why_not_ready = why_not_ready
        threading.Thread(target=_Server(listener, self).serve_forever, name="metrics", daemon=True).start()


class _Server(ThreadingHTTPServer):
    def __init__(self, listener: socket.socket, metrics: Metrics) -> None:
        super().__init__(listener.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        # a connection wakes up several processes, and another one may accept it first
        self.socket.setblocking(False)
        self.metrics = metrics


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def do_GET(self) -> None:
        found = self.path.partition("?")[0] == PATH
        body = self.server.metrics.text() if found else f"The numbers are at {PATH}.\n".encode()
        self.send_response(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_message: object) -> None:
        """Log nothing: monitoring sends a request every few seconds."""
