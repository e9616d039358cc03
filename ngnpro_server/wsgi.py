"""The WSGI application: answers SOAP calls (POST at any path), and serves the WSDL, /health and /ready (GET)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import parse_qs

from sqlalchemy import Engine

from ngnpro_server.faults import Fault
from ngnpro_wire.as_read import AS_READ, COMPARES
from ngnpro_wire.batch import BATCH, MOST_CALLS
from ngnpro_wire.proxies import PROXIES
from ngnpro_wire.publishing import published_wsdl
from ngnpro_wire.request_ids import HEADER, adopted_request_id, answering
from ngnpro_wire.schema import load_schema
from ngnpro_wire.spans import PARENT, span
from ngnpro_wire.watch import WATCH

from .call import Clock, Order, utc_now
from .config import Config
from .ports import OPERATIONS
from .soap.dispatch import Answer, Dispatcher
from .soap.envelope import Environ, MediaUnsupported, asked_address, read_body, source_address
from .soap.notes import Note, Observer
from .soap.tally import CallTally
from .store.engine import OutcomeUnknown, open_engine
from .store.readiness import why_not_ready
from .store.replica import Replica

StartResponse: TypeAlias = Callable[..., Any]
_AS_READ = f"HTTP_{AS_READ.upper().replace('-', '_')}"
_REQUEST_ID = f"HTTP_{HEADER.upper().replace('-', '_')}"
_PARENT = f"HTTP_{PARENT.upper()}"
_XML = "text/xml; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"


def _nobody(_note: Note) -> None:
    """Ignore a call; the default observer."""


class Application:
    """The server as a WSGI callable; ``engine`` is its own database, ``proxy`` that of the SIP proxy."""

    def __init__(self, config: Config, clock: Clock, observe: Observer) -> None:
        self.config = config
        database = config.database
        self.engine: Engine = open_engine(database.url, database)
        in_one = database.proxy_url == database.url
        self.proxy: Engine = self.engine if in_one else open_engine(database.proxy_url, database)
        self.replica = Replica(database) if database.replica_url else None
        # what this server can do beyond the contract, told to clients in each answer
        self._abilities = (
            (COMPARES, "yes"),
            (BATCH, str(MOST_CALLS)),
            (PROXIES, str(len(config.proxy.urls))),
            (WATCH, "yes"),
        )
        self._schema = load_schema()
        self.tally = CallTally()

        def note_call(note: Note) -> None:
            self.tally.observe(note, clock())
            observe(note)

        databases = self.engine, self.proxy
        self._dispatcher = Dispatcher(config, *databases, self._schema, OPERATIONS, clock, note_call, self.replica)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one HTTP request; a SOAP fault has status 500 (contract: Transport and wire format).

        The status is 415 if the body is packed in a way that the server does not read.

        If it is unknown whether the database stored a change, the answer has status 504 and is no SOAP message:
        clients then treat the outcome as unknown, as they do with the 504 of a reverse proxy.
        """
        method = environ["REQUEST_METHOD"]
        if method == "POST":
            parent = {PARENT: str(environ.get(_PARENT, ""))}
            asked = adopted_request_id(str(environ.get(_REQUEST_ID, "")))
            with answering(asked) as request_id, span("?", "server", parent):
                status, answer = self._call(environ)
            kind = _XML if answer.is_known else _TEXT
            return _respond(start_response, status, answer.body, kind, (HEADER, request_id), *self._abilities)
        if method not in ("GET", "HEAD"):
            allow = ("Allow", "GET, HEAD, POST")
            return _respond(start_response, HTTPStatus.METHOD_NOT_ALLOWED, "POST a SOAP call.", _TEXT, allow)
        if _asks_for_wsdl(environ):
            return self._publish(environ, start_response)
        return _respond(start_response, *self._tell(str(environ.get("PATH_INFO", ""))), _TEXT)

    def _call(self, environ: Environ) -> tuple[HTTPStatus, Answer]:
        source = source_address(environ, self.config.server)
        try:
            body, charset = read_body(environ, self.config.server.max_request)
        except MediaUnsupported as fault:
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, self._dispatcher.refuse(fault, source)
        except Fault as fault:
            return HTTPStatus.INTERNAL_SERVER_ERROR, self._dispatcher.refuse(fault, source)
        answer = self._dispatcher.answer(body, source, str(environ.get(_AS_READ, "")), charset)
        if not answer.is_known:
            return HTTPStatus.GATEWAY_TIMEOUT, answer
        return HTTPStatus.OK if answer.code is None else HTTPStatus.INTERNAL_SERVER_ERROR, answer

    def _publish(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serve the WSDL of all ports, or of the one in ``?port=``, with the address that the client requested."""
        given = parse_qs(str(environ.get("QUERY_STRING", ""))).get("port", [""])[-1]
        ports = {port.lower(): port for port in self._schema.ports}
        if given and given.lower() not in ports:
            text = f"The ports are {', '.join(self._schema.ports)}."
            return _respond(start_response, HTTPStatus.NOT_FOUND, text, _TEXT)
        address = asked_address(environ, self.config.server)
        wsdl = published_wsdl(self._schema.path, address, ports.get(given.lower()))
        tag = f'"{hashlib.sha256(wsdl).hexdigest()[:32]}"'
        if tag in str(environ.get("HTTP_IF_NONE_MATCH", "")):
            start_response("304 Not Modified", [("ETag", tag)])
            return []
        return _respond(start_response, HTTPStatus.OK, wsdl, _XML, ("ETag", tag))

    def send(self, orders: Iterable[Order]) -> None:
        """Send orders to the SIP proxies."""
        self._dispatcher.send(orders)

    def finish(self) -> None:
        """Send the orders that are left to the SIP proxies, before the process ends."""
        self._dispatcher.finish()
        with suppress(Fault, OutcomeUnknown):
            self.tally.store(self.engine)

    def why_not_ready(self) -> str:
        """Return a sentence that says why the server is not ready, or an empty text."""
        return why_not_ready(self.engine, self.config.database.least_free_mb)

    def _tell(self, path: str) -> tuple[HTTPStatus, str]:
        """Return the answer to /health (the process runs), /ready (it can answer calls) and any other path."""
        if path == "/health":
            return HTTPStatus.OK, "The server answers."
        if path == "/ready":
            reason = self.why_not_ready()
            return (HTTPStatus.SERVICE_UNAVAILABLE, reason) if reason else (HTTPStatus.OK, "The server is ready.")
        return HTTPStatus.NOT_FOUND, "The WSDL is at /wsdl."


def create_app(config: Config, clock: Clock = utc_now, observe: Observer = _nobody) -> Application:
    """Create the WSGI application; it connects to its database at the first call. ``observe`` receives each call."""
    return Application(config, clock, observe)


def _asks_for_wsdl(environ: Environ) -> bool:
    query = str(environ.get("QUERY_STRING", "")).lower()
    return query.partition("&")[0] == "wsdl" or str(environ.get("PATH_INFO", "")).rstrip("/").endswith("/wsdl")


def _respond(
    start_response: StartResponse, status: HTTPStatus, body: bytes | str, kind: str, *more: tuple[str, str]
) -> Iterable[bytes]:
    content = body if isinstance(body, bytes) else f"{body}\n".encode()
    headers = [("Content-Type", kind), ("Content-Length", str(len(content))), *more]
    start_response(f"{status.value} {status.phrase}", headers)
    return [content]
