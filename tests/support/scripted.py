"""An NGNPro server with scripted answers, for situations that our own server cannot produce."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ngnpro_wire.codec import Request, decode_request, encode_fault, encode_reply
from ngnpro_wire.schema import WSDL_PATH, load_schema
from portal.ngnpro import Credentials, Engine, Ngnpro
from portal.ngnpro.reports import CallReport

from .wsgi import wsgi_session

ENGINE = Engine(name="scripted", url="http://ngnpro.test:9200/", username="admin", password="s3cret")
Answer = Callable[[dict[str, Any]], Any] | Exception | bytes | dict[str, Any] | list[Any] | str | None


@dataclass
class Refused(Exception):
    """Makes the server answer with a fault."""

    code: int
    text: str = "no"


@dataclass
class Scripted:
    """Answers operations by name: with plain data, a function of the arguments, a fault, or raw bytes.

    ``calls`` lists the calls received, ``told`` the client's reports of its calls.
    """

    wsdl: Path = WSDL_PATH
    answers: dict[str, Answer] = field(default_factory=dict)
    calls: list[Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    told: list[CallReport] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one call, as WSGI."""
        schema = load_schema(self.wsdl)
        self.bodies.append(environ["wsgi.input"].read())
        request = decode_request(schema, self.bodies[-1])
        self.calls.append(request)
        status, body = "200 OK", b""
        try:
            answer = self.answers.get(request.operation.name)
            if isinstance(answer, Exception):
                raise answer
            result = answer(request.arguments) if callable(answer) else answer
            body = result if isinstance(result, bytes) else encode_reply(schema, request.operation, result)
        except Refused as refused:
            status, body = "500 Error", encode_fault(schema, refused.code, refused.text, "NGNProException")
        start_response(status, [("Content-Type", "text/xml; charset=utf-8")])
        return [body]

    def client(self, credentials: Credentials | None = None, engine: Engine = ENGINE) -> Ngnpro:
        """Return a client whose calls come to this server."""
        return Ngnpro(engine, credentials, session=wsgi_session(self), on_call=self.told.append)

    @property
    def last(self) -> Request:
        """The latest call."""
        return self.calls[-1]
