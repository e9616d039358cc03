"""The WSGI application: SOAP calls by POST at any path, the WSDL by GET."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, TypeAlias

from sqlalchemy import Engine

from ngnpro_wire.schema import load_schema

from .call import Clock, utc_now
from .config import Config
from .ports import OPERATIONS
from .soap.dispatch import Answer, Dispatcher
from .soap.envelope import Environ, asked_address, read_body, source_address, wsdl_writer
from .soap.faults import Fault
from .store.engine import open_engine

StartResponse: TypeAlias = Callable[..., Any]
_XML = "text/xml; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"


class Application:
    """The server as a WSGI callable; ``engine`` is its database, ``proxy`` the SIP proxy's."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.config = config
        database = config.database
        self.engine: Engine = open_engine(database.url, database)
        in_one = database.proxy_url == database.url
        self.proxy: Engine = self.engine if in_one else open_engine(database.proxy_url, database)
        schema = load_schema()
        self._dispatcher = Dispatcher(config, self.engine, self.proxy, schema, OPERATIONS, clock)
        self._write_wsdl = wsdl_writer(schema)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one HTTP request; a SOAP fault has status 500 (contract: Transport and wire format)."""
        method = environ["REQUEST_METHOD"]
        if method == "POST":
            answer = self._call(environ)
            status = HTTPStatus.OK if answer.code is None else HTTPStatus.INTERNAL_SERVER_ERROR
            return _respond(start_response, status, answer.body, _XML)
        if method not in ("GET", "HEAD"):
            return _respond(start_response, HTTPStatus.METHOD_NOT_ALLOWED, b"POST a SOAP call.\n", _TEXT)
        if _asks_for_wsdl(environ):
            body = self._write_wsdl(asked_address(environ, self.config.server))
            return _respond(start_response, HTTPStatus.OK, body, _XML)
        return _respond(start_response, HTTPStatus.NOT_FOUND, b"The WSDL is at /wsdl.\n", _TEXT)

    def _call(self, environ: Environ) -> Answer:
        try:
            body = read_body(environ, self.config.server.max_request)
        except Fault as fault:
            return self._dispatcher.refuse(fault)
        return self._dispatcher.answer(body, source_address(environ, self.config.server))


def create_app(config: Config, clock: Clock = utc_now) -> Application:
    """Make the WSGI application; it connects to its database with the first call."""
    return Application(config, clock)


def _asks_for_wsdl(environ: Environ) -> bool:
    query = str(environ.get("QUERY_STRING", "")).lower()
    return query == "wsdl" or str(environ.get("PATH_INFO", "")).rstrip("/").endswith("/wsdl")


def _respond(start_response: StartResponse, status: HTTPStatus, body: bytes, kind: str) -> Iterable[bytes]:
    headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
