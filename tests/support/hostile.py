"""An NGNPro server whose answers contain hostile values in every field."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from ngnpro_wire.codec import decode_request, encode_reply
from ngnpro_wire.schema import Array, Scalar, Struct, Type, load_schema

STRINGS = (
    "<script>window.hacked = 1; alert(1)</script>",
    '"><img src=x onerror="window.hacked = 1">',
    "' onmouseover='window.hacked = 1' x='",
    "</textarea></select></title></style><svg onload=window.hacked=1>",
    "javascript:window.hacked=1",
    "two\r\nSet-Cookie: hacked=1\r\n\r\n<b>lines</b>",
    "\u202egnp.exe\u202c \u200f\u2066 right to left",
    '=HYPERLINK("http://evil.example","click")',
    "{{ settings.SECRET_KEY }}{% debug %}{% include 'x' %}",
    "%s %(x)s {0} ${x} `id` \\u003cb\\u003e ../../etc/passwd",
    "🏴‍☠️ Ω≈ç√∫ ﷽ ゼロ",
)
HUGE = "<i>" + "long " * 200_000  # 1 MB
SANE: dict[str, Any] = {
    "domain": "example.com",
    "username": "ada",
    "number": "31208005169",
    "tld": "e164.arpa",
    "prefix": "3120800",
}


class Hostile:
    """A WSGI application: the first item of a list has keys that are valid in URLs, all other values are hostile."""

    def __init__(self) -> None:
        self.schema = load_schema()
        self.strings = itertools.cycle(STRINGS)
        self.asked: set[str] = set()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        operation = decode_request(self.schema, body).operation
        self.asked.add(f"{operation.port}.{operation.name}")
        value = None if operation.output is None else self.value(operation.output)
        reply = encode_reply(self.schema, operation, value)
        headers = [("Content-Type", "text/xml"), ("Content-Length", str(len(reply)))]
        start_response("200 OK", headers)
        return [reply]

    def value(self, type_: Type, name: str = "", sane: bool = True) -> Any:
        """Build a value of a type."""
        if isinstance(type_, Array):
            return [self.value(type_.item, name, index == 0) for index in range(2)]
        if isinstance(type_, Struct):
            return {member: self.value(inner, member, sane) for member, inner in type_.fields.items()}
        return self.scalar(type_, name, sane)

    def scalar(self, type_: Scalar, name: str, sane: bool) -> Any:
        if type_.name == "boolean":
            return True
        if type_.name in ("int", "float"):
            return 1 if name != "total" else 2
        if sane and name in SANE:
            return SANE[name]
        return HUGE if name == "lastName" and not sane else next(self.strings)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""


@contextmanager
def hostile_server(port: int) -> Iterator[Hostile]:
    """Run the server on a port of the loopback interface."""
    app = Hostile()
    with make_server("127.0.0.1", port, app, _Server, _Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield app
        finally:
            server.shutdown()
            thread.join()
