"""From the bytes of a call to those of its answer: decode, check the login, run the operation."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from ngnpro_server.call import Call, Clock, Operation
from ngnpro_server.config import Config
from ngnpro_server.login import Guard, authenticate
from ngnpro_server.store.engine import transaction
from ngnpro_wire.codec import (
    Request,
    UnknownOperation,
    WireError,
    decode_request,
    encode_fault,
    encode_reply,
)
from ngnpro_wire.schema import Schema

from .faults import Fault, FaultCode

_log = logging.getLogger("ngnpro.calls")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: the envelope, and the fault's code if it is one."""

    body: bytes
    code: FaultCode | None = None


class Dispatcher:
    """Answers calls. It may be used by several threads at once."""

    def __init__(
        self,
        config: Config,
        engine: Engine,
        proxy: Engine,
        schema: Schema,
        operations: Mapping[str, Mapping[str, Operation]],
        clock: Clock,
    ) -> None:
        self._config = config
        self._engine = engine
        self._proxy = proxy
        self._schema = schema
        self._operations = operations
        self._clock = clock
        self._guard = Guard(engine, config, clock)

    def answer(self, body: bytes, source: str) -> Answer:
        """Answer the call in ``body``, which came from the address ``source``; every refusal is a fault."""
        started = time.perf_counter()
        name, login = "?", ""
        try:
            request = self._decode(body)
            name = f"{request.operation.port}.{request.operation.name}"
            login = _login(request)
            answer = Answer(self._run(request, source))
        except Fault as fault:
            answer = self.refuse(fault)
        except Exception:  # noqa: BLE001
            # The one place that catches everything: whatever is wrong inside, the client gets a fault and the
            # process lives on. The transaction is rolled back by now; the log has the details, the wire only an id.
            answer = self.refuse(_internal_error(name))
        outcome = answer.code if answer.code is not None else "ok"
        took = (time.perf_counter() - started) * 1000
        _log.info("%s by %s from %s: %s in %.1f ms", name, login, source, outcome, took)
        return answer

    def refuse(self, fault: Fault) -> Answer:
        """Write a fault."""
        return Answer(encode_fault(self._schema, fault.code, fault.text, fault.code.title), fault.code)

    def _decode(self, body: bytes) -> Request:
        try:
            return decode_request(self._schema, body)
        except UnknownOperation as error:
            raise Fault(FaultCode.OPERATION_UNKNOWN, str(error)) from None
        except WireError as error:
            raise Fault(FaultCode.REQUEST_MALFORMED, str(error)) from None

    def _run(self, request: Request, source: str) -> bytes:
        write = not request.operation.name.startswith("get")
        try:
            with transaction(self._engine, write=write) as connection:
                had_failures = self._guard.check(connection, source, request.auth)
                call = Call(
                    caller=authenticate(connection, self._config, request.auth),
                    connection=connection,
                    proxy=self._proxy,
                    config=self._config,
                    now=self._clock(),
                )
                result = self._operation(request)(call, **request.arguments)
                # written before the commit: what cannot be answered must not be done
                reply = encode_reply(self._schema, request.operation, result)
        except Fault as fault:
            if fault.code is FaultCode.LOGIN_WRONG:
                self._guard.failed(source, request.auth)
            raise
        if had_failures:
            self._guard.succeeded(source, request.auth)
        return reply

    def _operation(self, request: Request) -> Operation:
        operation = self._operations[request.operation.port].get(request.operation.name)
        if operation is None:
            text = f"{request.operation.name} is not available on this server."
            raise Fault(FaultCode.OPERATION_UNAVAILABLE, text)
        return operation


def _login(request: Request) -> str:
    """Say for the log who calls, in one line and without the password."""
    auth = request.auth or {}
    impersonated = auth.get("impersonate")
    return f"{auth.get('username') or ''!r}" + (f" for {impersonated}" if impersonated else "")


def _internal_error(name: str) -> Fault:
    incident = secrets.token_hex(4)
    _log.exception("%s failed, incident %s", name, incident)
    text = f"The server could not do this; its log says why under {incident}. Nothing was changed."
    return Fault(FaultCode.INTERNAL_ERROR, text)
