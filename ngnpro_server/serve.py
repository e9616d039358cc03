"""Runs the server under gunicorn, with the settings of the configuration."""

from __future__ import annotations

import logging
import socket
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from .config import Config, ConfigError, Server
from .wsgi import Application, create_app


# calls that wait for a thread
_BACKLOG = 2048


class _Gunicorn(BaseApplication):  # type: ignore[misc]
    def __init__(self, config: Config, settings: dict[str, Any]) -> None:
        self._config = config
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Application:
        # in each worker process, so that none inherits another's database connections
        return create_app(self._config)


def serve(config: Config) -> None:
    """Answer calls until stopped; a signal to stop lets calls in flight finish.

    Raises ``ConfigError`` when the address cannot be listened at.
    """
    listener = _listen(config.server)
    print(f"Listening at {_address(config.server)}", flush=True)
    logging.basicConfig(level=config.server.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # gunicorn owns the socket from here, and closes it
    _Gunicorn(config, _settings(config.server, listener.detach())).run()


def _settings(server: Server, descriptor: int) -> dict[str, Any]:
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
    }


def _listen(server: Server) -> socket.socket:
    family = socket.AF_INET6 if ":" in server.address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((server.address, server.port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(f"Cannot listen at {_address(server)}: {reason}. Is another server running there?") from None
    listener.set_inheritable(True)
    return listener


def _address(server: Server) -> str:
    host = f"[{server.address}]" if ":" in server.address else server.address
    return f"{'https' if server.certificate else 'http'}://{host}:{server.port}/"
