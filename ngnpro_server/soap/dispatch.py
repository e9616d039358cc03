"""The dispatcher: decodes calls, checks the login, runs the operation, and encodes the answer."""

from __future__ import annotations

import logging
import random
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Engine

from ngnpro_server.call import Call, Caller, Clock, Operation
from ngnpro_server.config import Config
from ngnpro_server.faults import Fault
from ngnpro_server.login import Guard, Standing, authenticate, require_username
from ngnpro_server.store.counts import fold_sometimes
from ngnpro_server.store.engine import Collision, OutcomeUnknown, transaction
from ngnpro_wire.codec import (
    Request,
    UnknownOperation,
    WireError,
    decode_request,
    encode_fault,
    encode_reply,
)
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.schema import Schema

from .as_read import can_compare, require_as_read
from .notes import Note, Observer

_log = logging.getLogger("ngnpro.calls")
# how often to run a call whose transaction collides with others
_TRIES = 8
# maximum seconds to wait before the next try, multiplied by the number of tries
_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a call: the envelope, and the fault's code if it is a fault.

    ``is_known`` is false if it is unknown whether the change was stored; ``body`` is then plain text, because an
    envelope would say that the change was made, or that it was not.
    """

    body: bytes
    code: FaultCode | None = None
    is_known: bool = True


_UNKNOWN = Answer(
    b"The database did not confirm whether the change was stored. Read the record before you repeat the call.\n",
    is_known=False,
)


class Dispatcher:
    """Answers calls; several threads may use it at the same time."""

    def __init__(
        self,
        config: Config,
        engine: Engine,
        proxy: Engine,
        schema: Schema,
        operations: Mapping[str, Mapping[str, Operation]],
        clock: Clock,
        observe: Observer = lambda _note: None,
    ) -> None:
        self._config = config
        self._engine = engine
        self._proxy = proxy
        self._schema = schema
        self._operations = operations
        self._clock = clock
        self._observe = observe
        self._guard = Guard(engine, config, clock)

    def answer(self, body: bytes, source: str, as_read: str = "") -> Answer:
        """Answer the call in ``body``, which came from the address ``source``; every refusal is a fault.

        ``as_read``: the header with the record as the client read it before the update (``ngnpro_wire.as_read``).
        """
        note = Note(source)
        try:
            request = self._decode(body)
            note.read(request)
            answer = Answer(self._run(request, note, as_read))
            if not _reads(request):
                fold_sometimes(self._engine)
        except Fault as fault:
            answer = self._fault(fault)
        except OutcomeUnknown as error:
            _log.error("%s: %s", note.operation, error)
            answer = _UNKNOWN
        except Exception:  # noqa: BLE001
            # Catch every exception, so that the client gets a fault and the process continues.
            # The transaction was rolled back already; the log has the details, the answer only an id.
            answer = self._fault(_internal_error(note.operation))
        return self._noted(note, answer)

    def refuse(self, fault: Fault, source: str) -> Answer:
        """Answer a call that is refused without being decoded."""
        return self._noted(Note(source), self._fault(fault))

    def _noted(self, note: Note, answer: Answer) -> Answer:
        note.end(answer.code, is_known=answer.is_known)
        self._observe(note)
        return answer

    def _fault(self, fault: Fault) -> Answer:
        return Answer(encode_fault(self._schema, fault.code, fault.text, fault.code.title), fault.code)

    def _decode(self, body: bytes) -> Request:
        try:
            return decode_request(self._schema, body)
        except UnknownOperation as error:
            raise Fault(FaultCode.OPERATION_UNKNOWN, str(error)) from None
        except WireError as error:
            raise Fault(FaultCode.REQUEST_MALFORMED, str(error)) from None

    def _run(self, request: Request, note: Note, as_read: str) -> bytes:
        """Run the operation; retry it if its transaction collides with another one."""
        for tried in range(1, _TRIES):
            with suppress(Collision):
                return self._run_once(request, note, as_read)
            time.sleep(random.uniform(0, _PAUSE * tried))
        return self._run_once(request, note, as_read)

    def _run_once(self, request: Request, note: Note, as_read: str) -> bytes:
        note.caller = caller = self._admit(request, note.source)
        write = not _reads(request)
        conditional = bool(as_read) and can_compare(request)
        with transaction(self._engine, write=write, serializable=conditional) as connection:
            call = Call(caller=caller, connection=connection, proxy=self._proxy, config=self._config, now=self._clock())
            if conditional:
                operations = self._operations[request.operation.port]
                require_as_read(self._schema, operations, request, call, as_read)
            result = self._operation(request)(call, **request.arguments)
            # encode before the commit: a change must not be stored if its answer cannot be encoded
            return encode_reply(self._schema, request.operation, result)

    def _admit(self, request: Request, source: str) -> Caller:
        """Check the login in a separate transaction, so that calls without a valid login never hold a write lock."""
        require_username(request.auth)
        standing = Standing()
        try:
            with transaction(self._engine, write=False) as connection:
                standing = self._guard.check(connection, source, request.auth)
                standing.refuse_strangers()
                caller = authenticate(connection, self._config, request.auth)
        except Fault as fault:
            raise self._refused(fault, standing, request, source) from None
        if not standing.is_fresh:
            self._guard.succeeded(source, request.auth)
        return caller

    def _refused(self, fault: Fault, standing: Standing, request: Request, source: str) -> Fault:
        """Count a failed login and return its fault; during a lockout, return the lockout's fault without counting."""
        if fault.code is not FaultCode.LOGIN_WRONG:
            return fault
        if standing.locked:
            return standing.fault()
        self._guard.failed(source, request.auth)
        return fault

    def _operation(self, request: Request) -> Operation:
        operation = self._operations[request.operation.port].get(request.operation.name)
        if operation is None:
            text = f"{request.operation.name} is not available on this server."
            raise Fault(FaultCode.OPERATION_UNAVAILABLE, text)
        return operation


def _reads(request: Request) -> bool:
    return request.operation.name.startswith("get")


def _internal_error(name: str) -> Fault:
    incident = secrets.token_hex(4)
    _log.exception("%s failed, incident %s", name, incident)
    text = f"The server met an internal error. Nothing was changed; the details are in its log under {incident}."
    return Fault(FaultCode.INTERNAL_ERROR, text)
