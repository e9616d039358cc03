"""Our own NGNPro server in this process: an empty database for every test, and calls as real XML bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from ngnpro_server.call import Clock, utc_now
from ngnpro_server.config import Administrator, Config
from ngnpro_server.wsgi import Application, create_app
from ngnpro_wire.codec import decode_reply, encode_request
from ngnpro_wire.schema import load_schema

from .databases import call_at_end, close_at_end, empty_database

ADMINISTRATOR = Administrator(username="admin", password="administrators-secret")

Auth = dict[str, Any]


@dataclass(frozen=True)
class TestServer:
    """A server and the ways to call it; ``call`` is made as the administrator unless ``auth`` says otherwise."""

    __test__ = False

    app: Application
    config: Config
    administrator: Auth

    @property
    def engine(self) -> Engine:
        """The server's database."""
        return self.app.engine

    @property
    def proxy(self) -> Engine:
        """The database that the SIP proxy writes to."""
        return self.app.proxy

    def call(self, port: str, operation: str, auth: Auth | None = None, /, **arguments: Any) -> Any:
        """Call an operation and return its answer; raise ``WireFault`` for a fault."""
        return call(self.app, port, operation, arguments, self.administrator if auth is None else auth)

    def as_customer(self, customer_id: int) -> Auth:
        """Return the credentials of the administrator impersonating a customer."""
        return self.administrator | {"impersonate": customer_id}


def make_server(tmp_path: Path, *, clock: Clock = utc_now, **sections: Any) -> TestServer:
    """Make a server with an empty database, on SQLite in ``tmp_path``; ``sections`` are sections of ``Config``."""
    sections.setdefault("database", empty_database(tmp_path))
    config = Config(administrator=ADMINISTRATOR, **sections)
    app = create_app(config, clock)
    close_at_end(app.engine)
    close_at_end(app.proxy)
    if app.replica is not None:
        close_at_end(app.replica.engine)
    call_at_end(app.finish)
    return TestServer(app, config, administrator_auth(config))


def administrator_auth(config: Config) -> Auth:
    """Return the administrator's auth header."""
    administrator = config.administrator
    return {"username": administrator.username, "password": administrator.password, "admin": True}


def call(app: Application, port: str, operation: str, arguments: Auth, auth: Auth | None) -> Any:
    """Call an operation through real XML; raise ``WireFault`` for a fault."""
    schema = load_schema()
    description = schema.operation(port, operation)
    status, _, body = post(app, encode_request(schema, description, arguments, auth))
    result = None
    try:
        result = decode_reply(schema, description, body)
    finally:
        assert (status == "200 OK") == (b":Fault>" not in body)
    return result


def post(app: Application, body: bytes, path: str = "/", **environ: Any) -> tuple[str, dict[str, str], bytes]:
    """POST bytes and return status, headers and body."""
    stream = environ.pop("stream", io.BytesIO(body))
    return request(app, "POST", path, **{"CONTENT_LENGTH": str(len(body)), "wsgi.input": stream} | environ)


def request(app: Application, method: str, path: str, **environ: Any) -> tuple[str, dict[str, str], bytes]:
    """Make one HTTP request and return status, headers and body."""
    answered: list[Any] = []
    plain = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.partition("?")[0],
        "QUERY_STRING": path.partition("?")[2],
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "9200",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    chunks: Iterable[bytes] = app(plain | environ, lambda status, headers: answered.extend((status, headers)))
    return answered[0], dict(answered[1]), b"".join(chunks)
