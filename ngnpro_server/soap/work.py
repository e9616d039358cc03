"""The work that a message asks for: one call, or a batch of calls (``ngnpro_wire.batch``), run in one transaction.

Each call of a batch has its own result or fault, and its own record for the log and the metrics. A batch is run without
savepoints at first, which would be two statements for each call, and what consecutive calls add is inserted with a few
statements for all of them. If a call that writes fails, or what was gathered cannot be inserted, the transaction is
rolled back, and the whole batch run again with a savepoint for each call, which then inserts its own.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.exc import DBAPIError

from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault, invalid
from ngnpro_server.platform.changes import note_changes
from ngnpro_server.store.engine import lock_timeouts, savepoint
from ngnpro_wire import batch
from ngnpro_wire.codec import (
    NotUnderstood,
    Request,
    UnknownOperation,
    VersionMismatch,
    WireError,
    declarations,
    decode_call,
    decode_request,
    encode_answer,
    encode_reply,
)
from ngnpro_wire.decoding import Strictness
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.schema import Scalar, Schema

from .as_read import can_compare, require_as_read
from .notes import Note

_log = logging.getLogger("ngnpro.calls")
# after these operations, what a batch has looked up of customers and domains still holds
_KEEPING = frozenset({"addAccount", "addAlias"})
# operations whose results do not depend on what was gathered before them (``Call.write``)
GATHERING = frozenset({"addAccount"})
# the parts of changes that may be absent; the password is that of the port Presence, beside a header
_OPTIONAL = frozenset({"description", "password"})


class SavepointsNeeded(Exception):
    """A call of a batch failed after it may have written something: the batch has to be run again from its start."""


@contextmanager
def reading() -> Iterator[None]:
    """Convert the errors of decoding a call to faults."""
    try:
        yield
    except UnknownOperation as error:
        raise Fault(FaultCode.OPERATION_UNKNOWN, str(error)) from None
    except VersionMismatch as error:
        raise Fault(FaultCode.REQUEST_MALFORMED, str(error), "VersionMismatch") from None
    except NotUnderstood as error:
        raise Fault(FaultCode.REQUEST_MALFORMED, str(error), "MustUnderstand") from None
    except WireError as error:
        raise Fault(FaultCode.REQUEST_MALFORMED, str(error)) from None


@dataclass(frozen=True, slots=True)
class Operations:
    """The operations of the server by port and name, and the schema that describes them."""

    schema: Schema
    by_port: Mapping[str, Mapping[str, Operation]]
    strictness: Strictness = Strictness.FULL

    def read(self, body: bytes, charset: str) -> Request:
        """Decode a message. Raises REQUEST_MALFORMED or OPERATION_UNKNOWN."""
        with reading():
            return decode_request(self.schema, body, charset, self.strictness)

    def run(self, call: Call, request: Request, as_read: str) -> Any:
        """Run an operation and return its result; an update only if the record still is as the client read it."""
        require_parts(request)
        operation = self.by_port.get(request.operation.port, {}).get(request.operation.name)
        if operation is None:
            text = f"{request.operation.name} is not available on this server."
            raise Fault(FaultCode.OPERATION_UNAVAILABLE, text)
        if as_read and can_compare(request):
            require_as_read(self.schema, self.by_port[request.operation.port], request, call, as_read)
        result = operation(call, **request.arguments)
        note_changes(call, request.operation.name)
        return result


class Single:
    """The work of a message with one call."""

    def __init__(self, operations: Operations, request: Request, as_read: str) -> None:
        self._operations = operations
        self._request = request
        self._as_read = as_read
        self.writes = not request.operation.name.startswith("get")
        # a list that is found by filter, order and range
        self.lists = not self.writes and "query" in request.operation.inputs
        self.compares = bool(as_read) and can_compare(request)
        self.notes: list[Note] = []

    def run(self, call: Call, _note: Note) -> bytes:
        """Run the call and return the encoded answer."""
        result = self._operations.run(call, self._request, self._as_read)
        # encode before the commit: a change must not be stored if its answer cannot be encoded
        return encode_reply(self._operations.schema, self._request.operation, result)


@dataclass(frozen=True, slots=True)
class _Part:
    """A call of a batch: the request, or the fault if it could not be decoded."""

    as_read: str = ""
    request: Request | None = None
    fault: Fault | None = None


@dataclass(slots=True)
class Batch:
    """The work of a batch; ``notes`` are the records of its calls."""

    _operations: Operations
    _request: Request
    _parts: list[_Part]
    notes: list[Note] = field(default_factory=list)
    _has_savepoints: bool = False
    lists: bool = False

    @property
    def writes(self) -> bool:
        """Return whether any of the calls may change something."""
        return any(part.request and not part.request.operation.name.startswith("get") for part in self._parts)

    @property
    def compares(self) -> bool:
        """Return whether any of the calls is an update that compares the record with the one that was read."""
        return any(part.as_read and part.request and can_compare(part.request) for part in self._parts)

    def run(self, call: Call, note: Note) -> bytes:
        """Run the calls one after the other and return the encoded answer. Raises ``SavepointsNeeded`` at most once."""
        self.notes = [_note(part, note) for part in self._parts]
        if not self._has_savepoints:
            call = replace(call, gathered=[])
        results = [self._run(call, part, note) for part, note in zip(self._parts, self.notes, strict=True)]
        self._insert_gathered(call)
        return encode_reply(self._operations.schema, self._request.operation, results)

    def _run(self, call: Call, part: _Part, note: Note) -> Record:
        note.start()
        try:
            if part.fault is not None or part.request is None:
                raise part.fault or invalid("calls", "a call is expected.")
            if part.request.operation.name not in GATHERING:
                self._insert_gathered(call)
            with self._undone_if_it_fails(call, part.request.operation.name):
                result = self._operations.run(call, part.request, part.as_read)
                answer = encode_answer(part.request.operation, result, declarations(self._operations.schema))
        except Fault as fault:
            return _refused(note, fault)
        except (DBAPIError, SavepointsNeeded):
            raise  # the transaction has ended, and with it the whole batch
        except Exception:  # noqa: BLE001
            # Catch every exception, so that the other calls of the batch are made: this one is rolled back.
            return _refused(note, internal_error(note.operation))
        note.stop(None)
        return {"answer": answer}

    def _insert_gathered(self, call: Call) -> None:
        try:
            with lock_timeouts():
                call.insert_gathered()
        except Fault as fault:
            self._has_savepoints = True
            raise SavepointsNeeded from fault

    @contextmanager
    def _undone_if_it_fails(self, call: Call, name: str) -> Iterator[None]:
        """Undo what a call of the batch wrote if it fails, with all calls before it if there are no savepoints yet."""
        if name.startswith("get"):
            yield
            return
        try:
            with savepoint(call.connection) if self._has_savepoints else lock_timeouts():
                yield
        except DBAPIError:
            raise
        except Exception as error:
            # Every exception, because whatever ended the call, nothing that it wrote may stay; all are raised again.
            call.forget()
            if self._has_savepoints:
                raise
            self._has_savepoints = True
            raise SavepointsNeeded from error
        if name not in _KEEPING:
            call.forget()


def work_of(operations: Operations, request: Request, as_read: str) -> Single | Batch:
    """Return the work that a message asks for. Raises VALUE_INVALID for a batch of too many calls."""
    if request.operation.port != batch.PORT:
        return Single(operations, request, as_read)
    calls = request.arguments.get("calls") or []
    if len(calls) > batch.MOST_CALLS:
        raise invalid("calls", f"at most {batch.MOST_CALLS} calls are allowed in a batch.")
    return Batch(operations, request, [_part(operations, request, call) for call in calls])


def require_parts(request: Request) -> None:
    """Raise REQUEST_MALFORMED if a part of a change is absent; queries may lack parts.

    If an absent list were an empty one, a call with a misspelt part would erase what is stored.
    """
    operation = request.operation
    if operation.name.startswith("get"):
        return
    for name, type_ in operation.inputs.items():
        is_nil = request.arguments.get(name) is None and not isinstance(type_, Scalar)
        if name not in _OPTIONAL and (is_nil or name not in request.arguments):
            text = f"{name}: {operation.name} needs this part; if it is to be empty, send an empty element."
            raise Fault(FaultCode.REQUEST_MALFORMED, text)


def internal_error(name: str) -> Fault:
    """Log the exception that is being handled, and return a fault that only contains the incident's id."""
    incident = secrets.token_hex(4)
    _log.exception("%s failed, incident %s", name, incident)
    text = f"The server met an internal error. Nothing was changed; the details are in its log under {incident}."
    return Fault(FaultCode.INTERNAL_ERROR, text)


def _part(operations: Operations, batch_request: Request, call: Record) -> _Part:
    try:
        with reading():
            operation, arguments = decode_call(operations.schema, call.get("call") or "", operations.strictness)
        if operation.port == batch.PORT:
            raise Fault(FaultCode.OPERATION_UNKNOWN, "A batch cannot hold a batch.")
    except Fault as fault:
        return _Part(fault=fault)
    return _Part(call.get("asRead") or "", Request(operation, batch_request.auth, arguments))


def _note(part: _Part, whole: Note) -> Note:
    note = Note(whole.source, login=whole.login, caller=whole.caller)
    if part.request is not None:
        note.read(part.request)
    return note


def _refused(note: Note, fault: Fault) -> Record:
    note.stop(fault.code)
    return {"errorcode": fault.code.value, "errorstring": fault.text, "errortitle": fault.code.title}
