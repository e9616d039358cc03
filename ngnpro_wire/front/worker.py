"""A gunicorn worker that uses waitress for its connections."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable
from typing import Any

from gunicorn.sock import ssl_context  # type: ignore[import-untyped]
from gunicorn.workers.base import Worker as GunicornWorker  # type: ignore[import-untyped]
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from .channel import ListeningServer

_CONNECTIONS = 2000
_HEADERS = 64 * 1024
# seconds for which a stopping worker process keeps idle connections open, for requests already on their way
_LINGER = 2.0

# The paths by which balancers check whether to send requests.
CHECKS = ("/health", "/ready")
_STOPPING = b"This process is about to stop.\n"

# At its default level it logs a line for each request that waits for a thread.
logging.getLogger("waitress.queue").setLevel(logging.ERROR)


class Worker(GunicornWorker):  # type: ignore[misc]
    """A worker process with as many threads as gunicorn's setting ``threads``.

    It also uses the settings ``keepalive`` (for idle connections), ``graceful_timeout``, ``max_requests``, ``certfile``
    and ``keyfile``. Connections that are idle or have an incomplete request occupy no thread.
    """

    def run(self) -> None:
        """Answer requests until stopped, then let running requests finish."""
        self._connections: dict[int, Any] = {}
        self._dispatcher = ThreadedTaskDispatcher()
        self._dispatcher.set_thread_count(self.cfg.threads)
        self._servers = [self._serve(listener.sock) for listener in self.sockets]
        while self.alive and self.ppid == os.getppid():
            self._turn(1.0)
        self._finish()

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Stop the worker at SIGTERM."""
        super().handle_exit(sig, frame)
        for server in getattr(self, "_servers", []):
            server.pull_trigger()

    def _serve(self, listener: Any) -> ListeningServer:
        address = listener.getsockname()
        adjustments = Adjustments(
            sockets=[listener],
            server_name=str(address[0]),
            ident="",
            url_scheme="https" if self.cfg.is_ssl else "http",
            backlog=self.cfg.backlog,
            connection_limit=_CONNECTIONS,
            channel_timeout=self.cfg.keepalive,
            cleanup_interval=5,
            max_request_header_size=_HEADERS,
            max_request_body_size=self.app.largest_body,
            # The application itself decides which proxies it trusts.
            clear_untrusted_proxy_headers=False,
        )
        listener.setblocking(False)
        tls = ssl_context(self.cfg) if self.cfg.is_ssl else None
        return ListeningServer(
            self._counted,
            self._connections,
            listener,
            self._dispatcher,
            adjustments,
            tls,
            strangers=self.app.strangers,
        )

    def _counted(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.nr += 1
        if self.nr >= self.max_requests:
            self.alive = False
        if self.app.draining and str(environ.get("PATH_INFO", "")).rstrip("/") in CHECKS:
            start_response("503 Service Unavailable", [("Content-Type", "text/plain"), ("Retry-After", "5")])
            return [_STOPPING]
        answer: Iterable[bytes] = self.wsgi(environ, start_response)
        return answer

    def _turn(self, seconds: float) -> None:
        """Wait for events on connections, handle them, and report to gunicorn that this process is alive."""
        self.notify()
        wasyncore.poll2(seconds, self._connections)

    def _finish(self) -> None:
        for server in self._servers:
            server.stop_accepting()
        began = time.monotonic()
        while any(server.active_channels for server in self._servers):
            waited = time.monotonic() - began
            if waited > self.cfg.graceful_timeout:
                return
            if waited > _LINGER:
                for server in self._servers:
                    server.close_idle()
            self._turn(0.2)
