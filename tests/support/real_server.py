"""The NGNPro server as an operator runs it: several worker processes, on a database that the test prepared."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ngnpro_server.config import Database
from ngnpro_wire.codec import decode_reply, encode_request
from ngnpro_wire.schema import load_schema

from .processes import PATIENCE, Program, free_port, running
from .steady import activated

HOST = "127.0.0.1"
ADMINISTRATOR = {"username": "admin", "password": "administrators-secret", "admin": True}


@dataclass(frozen=True)
class RealServer:
    """A running server; ``tls`` is the TLS context that its clients need."""

    program: Program
    port: int
    metrics_port: int = 0
    tls: ssl.SSLContext | None = None

    @property
    def url(self) -> str:
        """Return the URL of the server."""
        return f"{'https' if self.tls else 'http'}://{HOST}:{self.port}/"

    @contextlib.contextmanager
    def connection(self) -> Iterator[http.client.HTTPConnection]:
        """Open a new connection."""
        connection = (
            http.client.HTTPSConnection(HOST, self.port, timeout=PATIENCE, context=self.tls)
            if self.tls
            else http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
        )
        with contextlib.closing(connection):
            yield connection

    def get(self, path: str, port: int | None = None) -> tuple[int, str]:
        """GET a path and return the status and the text."""
        with contextlib.closing(http.client.HTTPConnection(HOST, port or self.port, timeout=PATIENCE)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def call(self, port: str, operation: str, auth: dict[str, Any] | None = None, /, **arguments: Any) -> Any:
        """Call an operation, as the administrator unless ``auth`` says otherwise; ``WireFault`` for a fault."""
        schema = load_schema()
        description = schema.operation(port, operation)
        body = encode_request(schema, description, arguments, auth or ADMINISTRATOR)
        with self.connection() as connection:
            connection.request("POST", "/", body, {"Content-Type": "text/xml"})
            return decode_reply(schema, description, connection.getresponse().read())

    def answers(self) -> bool:
        """Return whether a worker answers yet."""
        try:
            with self.connection() as connection:
                connection.request("GET", "/health")
                return connection.getresponse().status == 200
        except OSError:
            return False


@contextlib.contextmanager
def real_server(
    folder: Path,
    database: Database,
    tls: ssl.SSLContext | None = None,
    listener: socket.socket | None = None,
    **settings: str,
) -> Iterator[RealServer]:
    """Run a server on a database that has its tables; ``settings`` are environment variables.

    ``listener`` is a socket that is passed to the server as systemd does; without it the server opens a port.
    """
    config = folder / "ngnpro.ini"
    config.write_text("[administrator]\nusername = admin\npassword = administrators-secret\n")
    port, metrics_port = listener.getsockname()[1] if listener else free_port(), free_port()
    chosen = {
        "NGNPRO_SERVER_PORT": str(port),
        "NGNPRO_SERVER_METRICS_PORT": str(metrics_port),
        "NGNPRO_DATABASE_URL": database.url,
        "NGNPRO_DATABASE_PROXY_URL": database.proxy_url,
        "PYTHONUNBUFFERED": "1",
    }
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    command = [sys.executable, "-m", "ngnpro_server", "--config", str(config), "serve"]
    environment, log = kept | chosen | settings, folder / "server.log"
    with activated(listener, command, environment, log) if listener else running(command, environment, log) as program:
        server = RealServer(program, port, metrics_port, tls)
        program.wait_until(server.answers, "the server answers")
        yield server
