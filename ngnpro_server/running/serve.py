"""Runs the server in gunicorn worker processes, with the settings of the configuration."""

from __future__ import annotations

import atexit
import logging
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ngnpro_server.config import Config
from ngnpro_server.watch.loop import Caretaker
from ngnpro_server.wsgi import Application, create_app
from ngnpro_wire.front.application import Front
from ngnpro_wire.front.lines import JsonFormatter, LineFormatter
from ngnpro_wire.spans import start_tracing

from . import metrics
from .files import checkpoint_files
from .listening import is_activated, open_listener, require_usable_certificate, url_of_server

_log = logging.getLogger("ngnpro.server")
# A request of up to this many times max_request is read, to refuse it with a SOAP fault; a longer one gets HTTP's 413.
_READ_AT_MOST = 4


@dataclass(frozen=True, slots=True)
class _Watching:
    """The socket at which the metrics are served, and the folder in which they are stored."""

    listener: socket.socket
    folder: Path


def serve(config: Config) -> None:
    """Answer calls until a signal stops the server; calls in progress are then completed.

    A socket passed by systemd (``ngnpro.socket``) is used instead of the configured address.
    Raises ``ConfigError`` if the certificate cannot be used or the server cannot listen at an address.
    """
    server = config.server
    require_usable_certificate(server)
    listener = None if is_activated() else open_listener(server.address, server.port, url_of_server(server))
    watching = _watch(server.metrics_port) if server.metrics_port else None
    print(f"Listening at {url_of_server(server) if listener else 'the socket that systemd holds'}", flush=True)
    log_lines(server.log_level, server.log_format)

    def load() -> Application:
        # runs in each worker process, so that processes do not share database connections
        start_tracing("ngnpro")
        if watching is None:
            app = create_app(config)
        else:
            counting = metrics.Metrics(watching.folder)
            app = create_app(config, observe=counting.observe)
            counting.answer_at(watching.listener, app.why_not_ready)
        Caretaker(app).start()
        atexit.register(app.finish)
        return app

    settings = _settings(config, watching)
    if listener:
        # from here on gunicorn owns the socket and closes it
        settings["bind"] = f"fd://{listener.detach()}"
    Front(load, _READ_AT_MOST * server.max_request, settings, drain_seconds=server.drain_seconds).run()


def log_lines(level: str, form: str) -> None:
    """Write the log to standard error from ``level`` on: ``line`` for people, ``json`` for programs that collect it."""
    # not part of the lines, and otherwise found out for each of them
    logging.logThreads = logging.logMultiprocessing = False
    handler = logging.StreamHandler()
    lines = LineFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonFormatter() if form == "json" else lines)
    logging.basicConfig(level=level.upper(), handlers=[handler])


def _watch(port: int) -> _Watching:
    address = f"http://{metrics.HOST}:{port}{metrics.PATH}"
    return _Watching(open_listener(metrics.HOST, port, address), metrics.new_folder())


def _settings(config: Config, watching: _Watching | None) -> dict[str, Any]:
    server = config.server

    def tidy_up(_arbiter: Any) -> None:
        if watching is not None:
            shutil.rmtree(watching.folder, ignore_errors=True)
        checkpoint_files(config)

    return {
        "workers": server.workers,
        "threads": server.threads,
        "graceful_timeout": server.graceful_timeout,
        "loglevel": server.log_level,
        "certfile": server.certificate or None,
        "keyfile": server.private_key or None,
        "proc_name": "ngnpro-server",
        "post_worker_init": _tell_ready,
        "on_exit": tidy_up,
    }


def _tell_ready(worker: Any) -> None:
    _log.info("Worker %s takes calls", worker.pid)
