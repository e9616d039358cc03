"""Outages, refusals and altered answers, put between the portal and the NGNPro server of a test."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import requests

from ngnpro_wire.codec import Request, decode_reply, decode_request, encode_fault, encode_reply
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.schema import load_schema

from .wsgi import WsgiAdapter, WsgiApp


@dataclass
class Answer:
    """A response of HTTP to a call."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


Serve = Callable[[], Answer]
Handler = Callable[[Request, Serve], Answer]
"""Answers a call: it is given the request and a function that calls the server."""
EVERY = "*"


class FaultInjection:
    """Methods that disturb the calls of an adapter until ``mend``.

    Operations are named as in ``getAccount``, or with their port, as in ``Voicemail.getAccount``, where several ports
    have one of that name; ``EVERY`` stands for all of them.
    """

    adapter: WsgiAdapter
    _undisturbed: WsgiApp | None = None

    def cut(self) -> None:
        """Simulate an outage of NGNPro: all connections fail from here on."""

        def away(_environ: object, _start: object) -> NoReturn:
            raise requests.ConnectionError("NGNPro is away")

        self._put_before_server(away)

    def break_off(self, *operations: str) -> None:
        """Break the connection of these operations from here on, before they reach the server."""

        def broken(_request: Request, _serve: Serve) -> NoReturn:
            raise requests.ConnectionError("the connection broke")

        self.handle(operations, broken)

    def lose_answers(self, *operations: str) -> None:
        """Let the server do these operations, and lose its answers."""

        def lost(_request: Request, serve: Serve) -> NoReturn:
            serve()
            raise requests.ReadTimeout("the answer is lost")

        self.handle(operations, lost)

    def refuse(self, *operations: str, code: FaultCode = FaultCode.DATABASE_BUSY, text: str = "No.") -> None:
        """Make the server refuse these operations from here on."""
        fault = encode_fault(load_schema(), code, text, code.title)
        answer = Answer("500 Internal Server Error", [("Content-Type", "text/xml; charset=utf-8")], fault)
        self.handle(operations, lambda _request, _serve: answer)

    def withdraw(self, *operations: str) -> None:
        """Turn the server into one that does not have these operations."""
        self.refuse(*operations, code=FaultCode.OPERATION_UNAVAILABLE, text="It is not available on this server.")

    def lack_ports(self, *ports: str) -> None:
        """Turn the server into one without these ports, which says so as SOAP libraries do, without codes."""
        operations = [f"{port}.{one.name}" for one in load_schema().operations.values() for port in ports]

        def unknown(request: Request, _serve: Serve) -> Answer:
            words = f"Method {request.operation.name} not found"
            fault = (
                '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Body>'
                f"<SOAP-ENV:Fault><faultcode>SOAP-ENV:Client</faultcode><faultstring>{words}</faultstring>"
                "</SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>"
            )
            return Answer("500 Internal Server Error", [("Content-Type", "text/xml; charset=utf-8")], fault.encode())

        self.handle(operations, unknown)

    def change_answer(self, operation: str, change: Callable[[Any], Any]) -> None:
        """Replace what an operation returns by ``change`` of it."""

        def changed(request: Request, serve: Serve) -> Answer:
            answer = serve()
            result = change(decode_reply(load_schema(), request.operation, answer.body))
            return replace(answer, body=encode_reply(load_schema(), request.operation, result))

        self.handle([operation], changed)

    def run_before(self, operation: str, action: Callable[[], object]) -> None:
        """Run ``action`` each time before the operation reaches the server."""

        def acting(_request: Request, serve: Serve) -> Answer:
            action()
            return serve()

        self.handle([operation], acting)

    def run_after(self, operation: str, action: Callable[[], object]) -> None:
        """Run ``action`` each time when the server has done the operation, before its answer reaches the portal."""

        def acting(_request: Request, serve: Serve) -> Answer:
            answer = serve()
            action()
            return answer

        self.handle([operation], acting)

    def handle(self, operations: Iterable[str], handler: Handler) -> None:
        """Let ``handler`` answer these operations from here on."""
        names, app = set(operations), self.adapter.app

        def handled(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            body = environ["wsgi.input"].read()
            request = decode_request(load_schema(), body)
            operation = request.operation
            environ = environ | {"wsgi.input": io.BytesIO(body)}
            if names.isdisjoint({EVERY, operation.name, f"{operation.port}.{operation.name}"}):
                return app(environ, start_response)
            answer = handler(request, lambda: _answer_of(app, environ))
            start_response(answer.status, answer.headers)
            return [answer.body]

        self._put_before_server(handled)

    def mend(self) -> None:
        """End all disturbances."""
        if self._undisturbed is not None:
            self.adapter.app, self._undisturbed = self._undisturbed, None

    def _put_before_server(self, app: WsgiApp) -> None:
        self._undisturbed = self._undisturbed or self.adapter.app
        self.adapter.app = app


def _answer_of(app: WsgiApp, environ: dict[str, Any]) -> Answer:
    started: list[Any] = []
    body = b"".join(app(environ, lambda status, headers: started.extend((status, headers))))
    status, headers = started
    return Answer(status, [header for header in headers if header[0] != "Content-Length"], body)
