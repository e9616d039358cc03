"""Runs the server under gunicorn, with the settings of the configuration."""

from __future__ import annotations

import logging
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from ngnpro_server.config import Config
from ngnpro_server.wsgi import Application, create_app

from . import metrics
from .listening import listen, url
from .tls import require_usable_certificate

_log = logging.getLogger("ngnpro.server")


@dataclass(frozen=True, slots=True)
class _Watching:
    """Where the numbers are asked for, and where they are kept."""

    listener: socket.socket
    folder: Path


class _Gunicorn(BaseApplication):  # type: ignore[misc]
    def __init__(self, config: Config, settings: dict[str, Any], watching: _Watching | None) -> None:
        self._config = config
        self._settings = settings
        self._watching = watching
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Application:
        # in each worker process, so that none inherits another's database connections
        if self._watching is None:
            return create_app(self._config)
        counting = metrics.Metrics(self._watching.folder)
        counting.answer_at(self._watching.listener)
        return create_app(self._config, observe=counting.observe)


def serve(config: Config) -> None:
    """Answer calls until stopped; a signal to stop lets calls in flight finish.

    Raises ``ConfigError`` when the certificate cannot be used or an address not be listened at.
    """
    server = config.server
    require_usable_certificate(server)
    listener = listen(server.address, server.port, url(server))
    watching = _watch(server.metrics_port) if server.metrics_port else None
    print(f"Listening at {url(server)}", flush=True)
    logging.basicConfig(level=server.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # gunicorn owns the socket from here, and closes it
    _Gunicorn(config, _settings(config, listener.detach(), watching), watching).run()


def _watch(port: int) -> _Watching:
    address = f"http://{metrics.HOST}:{port}{metrics.PATH}"
    return _Watching(listen(metrics.HOST, port, address), metrics.new_folder())


def _settings(config: Config, descriptor: int, watching: _Watching | None) -> dict[str, Any]:
    server = config.server

    def tidy_up(_arbiter: Any) -> None:
        if watching is not None:
            shutil.rmtree(watching.folder, ignore_errors=True)

    return {
        "bind": f"fd://{descriptor}",
        "worker_class": "gthread",
        "workers": server.workers,
        "threads": server.threads,
        "graceful_timeout": server.graceful_timeout,
        "keepalive": 30,
        "loglevel": server.log_level,
        "certfile": server.certificate or None,
        "keyfile": server.private_key or None,
        "control_socket_disable": True,
        "proc_name": "ngnpro-server",
        "post_worker_init": _tell_ready,
        "on_exit": tidy_up,
    }


def _tell_ready(worker: Any) -> None:
    _log.info("Worker %s takes calls", worker.pid)
