"""The gate to one engine: it sends calls, and returns their answers as plain data or raises one of our errors.

This is the only module that imports zeep, which reads the WSDL. Messages are written by the types that it found there;
answers are read with the codec that the server also uses (docs/decisions/01-wire.md).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import requests
import zeep
import zeep.exceptions
from lxml import etree

from ngnpro_wire import codec as wire
from ngnpro_wire.as_read import fingerprints_of_record
from ngnpro_wire.batch import OPERATION, PORT
from ngnpro_wire.schema import ENCODING_NS, ENCODING_XSD_PATH, Operation, Schema, Struct, Type, load_schema
from ngnpro_wire.spans import span

from . import errors, exchange
from .circuit import Circuit
from .codec import to_wire
from .compare import counterpart_structs
from .engines import Credentials, Engine
from .faults import FAULTS, HTTP_REFUSALS, refusal_from
from .missing import MissingOperations
from .reports import OBSERVERS, CallReport
from .section5 import MessageWriter, Part

log = logging.getLogger(__name__)

_LOADING = threading.Lock()


@dataclass(frozen=True, slots=True)
class BatchCall:
    """A call of a batch: its element as XML text, and for an update the record as it came from NGNPro."""

    operation: Operation
    text: str
    as_read: Mapping[str, Any] | None = None


class Gate:
    """The connection to one engine. It may be shared by threads; its HTTP connections are pooled and kept alive."""

    def __init__(self, engine: Engine, session: requests.Session | None = None) -> None:
        self.engine = engine
        self.document = load_document(engine.wsdl)
        self._session = session or exchange.new_session(engine)
        self._circuits: dict[str, Circuit] = {}
        self._missing = MissingOperations()
        self.compares = False  # whether its latest answer says that the server refuses to overwrite a changed record
        self.batch_limit = 0  # the largest number of calls in a batch that its latest answer allows; 0 for no batches
        self.proxies = 0  # how many SIP proxies it tells of changes, by its latest answer
        self.watches = False  # whether its latest answer says that the server has the port Watch

    def offers(self, port: str, operation: str) -> bool:
        """Return whether the engine has an operation, e.g. ``("Sip", "getRoutes")``, as far as it is known.

        Its WSDL must have it, and the server must not have said otherwise within the last hour.
        """
        return self.document.operation(port, operation) is not None and not self._missing.has(port, operation)

    def knows(self, struct: str, member: str) -> bool:
        """Return whether the engine's WSDL has a member of one of our structs, whatever its name for the struct."""
        theirs = self.document.counterparts.get(struct)
        return theirs is None or member in theirs.fields

    def call(
        self,
        port: str,
        operation: str,
        arguments: Mapping[str, Any],
        credentials: Credentials,
        *,
        retry: bool = False,
        read_timeout: float | None = None,
        on_call: Callable[[CallReport], None] | None = None,
        before_call: Callable[[str, str], None] | None = None,
        as_read: Mapping[str, Any] | None = None,
    ) -> Any:
        """Make a call and return plain data, ``None`` for an empty answer.

        ``as_read``: the record to update as it came from NGNPro; if the server compares, ``ChangedMeanwhile`` is
        raised if the record was changed since then. ``retry``: repeat the call once if the connection broke, for
        calls that change nothing. Raises subclasses of ``Refusal`` and ``Outage``.
        """
        declared = self.document.operation(port, operation)
        if declared is None:
            raise errors.NotOffered(0, f"{self.engine.name} has no operation {operation} in its port {port}.")
        message = self.document.message(declared, arguments, credentials if self._takes_login(port) else None)
        limit = read_timeout or self.engine.read_timeout
        if before_call is not None:
            before_call(port, operation)
        with self._own_login(port, credentials), self._telling(declared, on_call):
            try:
                return self._exchange(
                    declared, message, limit, fingerprints_of_record(as_read) if as_read and self.compares else ""
                )
            except errors.ConnectionFailed as outage:
                if not (retry and outage.sent):
                    raise
            return self._exchange(declared, message, limit)

    def _takes_login(self, port: str) -> bool:
        """Return whether a port is told the caller's login.

        Presence at an address of its own is another service, which is not to know it (contract: ports.Presence).
        """
        return port != "Presence" or self.engine.endpoint(port) == self.engine.url

    def batch(
        self, calls: Sequence[BatchCall], credentials: Credentials, *, read_timeout: float | None = None
    ) -> list[Any]:
        """Make several calls in one message; return plain data for each, or the ``Refusal`` with which it ended.

        The server must offer batches (``batch_limit``). Raises ``Refusal`` if no call was made, and ``Outage``.
        """
        declared = self.document.operation(PORT, OPERATION)
        if declared is None:
            raise errors.NotOffered(0, f"{self.engine.name} has no batches.")
        items = [
            {"call": call.text, "asRead": fingerprints_of_record(call.as_read) if call.as_read else ""}
            for call in calls
        ]
        message = self.document.message(declared, {"calls": items}, credentials)
        with self._own_login(PORT, credentials):
            results = self._exchange(declared, message, read_timeout or self.engine.read_timeout) or []
        if len(results) != len(calls):
            raise self.strange(PORT, f"{len(results)} results of {len(calls)} calls")
        return [self._result(call.operation, result) for call, result in zip(calls, results, strict=True)]

    def _result(self, operation: Operation, result: Mapping[str, Any]) -> Any:
        code = result.get("errorcode")
        if code:
            return refusal_from(code, result.get("errorstring") or result.get("errortitle") or "")
        try:
            return wire.decode_answer(operation, result.get("answer") or "")
        except wire.WireError as error:
            return self.strange(operation.port, str(error))

    @contextmanager
    def _own_login(self, port: str, credentials: Credentials) -> Iterator[None]:
        """Log it and raise ``ServiceLoginRefused`` if NGNPro refuses the login in the engine's settings."""
        try:
            yield
        except errors.Refusal as refusal:
            about_login = isinstance(refusal, errors.BadLogin | errors.Locked) or refusal.code in HTTP_REFUSALS
            if not about_login or not self.engine.owns(credentials):
                raise
            endpoint = exchange.host_and_port(self.engine.endpoint(port))
            text = f"NGNPro at {endpoint} refuses the username and password of engine {self.engine.name}: {refusal}"
            log.error("%s", text)
            raise errors.ServiceLoginRefused(text, engine=self.engine.name, endpoint=endpoint) from refusal

    @contextmanager
    def _telling(self, operation: Operation, on_call: Callable[[CallReport], None] | None) -> Iterator[None]:
        begun, outcome = time.monotonic(), "ok"
        try:
            with span(f"{operation.port}.{operation.name}", "client"):
                yield
        except errors.Refusal as refusal:
            outcome = f"refused {refusal.code}"
            raise
        except errors.Outage as outage:
            outcome = type(outage).__name__
            raise
        finally:
            seconds = time.monotonic() - begun
            report = CallReport(self.engine.name, operation.port, operation.name, seconds, outcome)
            for tell in (*OBSERVERS, on_call) if on_call else OBSERVERS:
                tell(report)

    def _exchange(self, operation: Operation, message: bytes, read_timeout: float, as_read: str = "") -> Any:
        url = self.engine.endpoint(operation.port)
        circuit = self._circuits.setdefault(url, Circuit())
        if not circuit.admits():
            raise self._away(url, circuit)
        try:
            answer = exchange.post_message(self._session, self.engine, url, message, read_timeout, as_read)
            self.compares, self.batch_limit, self.proxies = answer.compares, answer.batch, answer.proxies
            self.watches = answer.watches
            result = self._decode(operation, answer)
        except errors.Refusal:
            circuit.succeeded()
            raise
        except wire.WireValueError as error:
            circuit.succeeded()
            raise self.strange(operation.port, str(error)) from error
        except wire.WireError as error:
            if answer.status in HTTP_REFUSALS:
                circuit.succeeded()
                raise self._refused(answer, url) from error
            raise self._failed(circuit, self._not_soap(answer, url)) from error
        except errors.Outage as outage:
            raise self._failed(circuit, outage) from outage.__cause__
        circuit.succeeded()
        return result

    def _decode(self, operation: Operation, answer: exchange.HttpAnswer) -> Any:
        try:
            return wire.decode_reply(self.document.schema, operation, answer.body)
        except wire.WireFault as fault:
            refusal = refusal_from(fault.code, fault.text or fault.title)
            if isinstance(refusal, errors.NotOffered):
                self._missing.note(operation.port, operation.name)
            raise refusal from fault

    def strange(self, port: str, what: str) -> errors.NotSoap:
        """Return the error for an answer with a value that does not fit its type."""
        text = f"{self.engine.name} answered with a value that does not fit: {what}"
        endpoint = exchange.host_and_port(self.engine.endpoint(port))
        return errors.NotSoap(text, engine=self.engine.name, endpoint=endpoint, sent=True)

    def _failed(self, circuit: Circuit, outage: errors.Outage) -> errors.Outage:
        circuit.failed()
        outage.since = circuit.since
        return outage

    def _refused(self, answer: exchange.HttpAnswer, url: str) -> errors.Refusal:
        """Return the refusal for an HTTP status with which a server, or a proxy in front of it, refuses a call."""
        text = f"What answers at {exchange.host_and_port(url)} refused the call with HTTP status {answer.status}."
        return FAULTS[HTTP_REFUSALS[answer.status]].error(answer.status, text)

    def _not_soap(self, answer: exchange.HttpAnswer, url: str) -> errors.Outage:
        endpoint = exchange.host_and_port(url)
        if answer.status == HTTPStatus.GATEWAY_TIMEOUT:  # the server behind the proxy may still be processing the call
            text = f"NGNPro at {endpoint} did not say how the call ended."
            return errors.TimedOut(text, engine=self.engine.name, endpoint=endpoint, sent=True)
        return errors.NotSoap(
            f"What answered at {endpoint} is not an NGNPro server"
            f" (HTTP {answer.status}, {answer.media_type or 'no type'}).",
            engine=self.engine.name,
            endpoint=endpoint,
            sent=not 300 <= answer.status < 500,
        )

    def _away(self, url: str, circuit: Circuit) -> errors.ConnectionFailed:
        text, endpoint = f"NGNPro at {exchange.host_and_port(url)} does not answer.", exchange.host_and_port(url)
        return errors.ConnectionFailed(text, engine=self.engine.name, endpoint=endpoint, since=circuit.since)


class WsdlDocument:
    """A WSDL file, read once: zeep's types to write messages, our schema to read answers."""

    def __init__(self, path: Path) -> None:
        try:
            self.schema: Schema = load_schema(path)
            self._client = zeep.Client(str(path), transport=_Offline(), settings=zeep.Settings(forbid_dtd=True))
        except (OSError, etree.XMLSyntaxError, KeyError, ValueError, zeep.exceptions.Error) as error:
            raise errors.Unusable(f"The WSDL file {path} cannot be used: {error}") from error
        if not self.schema.operations:
            raise errors.Unusable(f"The WSDL file {path} cannot be used: it describes no operation.")
        self.counterparts = counterpart_structs(load_schema(), self.schema)
        self._writer = MessageWriter(self._client.wsdl.types.prefix_map.values())
        self.addresses = self._addresses()
        self._parts: dict[str, Mapping[str, Any]] = {
            str(operation.input.body.qname): {name: part.type for name, part in operation.input.body.type.elements}
            for binding in self._client.wsdl.bindings.values()
            for operation in binding.all().values()
        }

    def operation(self, port: str, name: str) -> Operation | None:
        """Return an operation, or ``None`` if the WSDL lacks it."""
        namespace = self.schema.ports.get(port)
        return self.schema.operations.get((namespace, name)) if namespace else None

    def _addresses(self) -> dict[str, str]:
        """Return each port's address in the WSDL."""
        names = {namespace: port for port, namespace in self.schema.ports.items()}
        found = {}
        for service in self._client.wsdl.services.values():
            for port in service.ports.values():
                operation = next(iter(port.binding.all().values()), None)
                if operation is not None:
                    found[names[operation.input.body.qname.namespace]] = port.binding_options["address"]
        return found

    def message(self, operation: Operation, arguments: Mapping[str, Any], credentials: Credentials | None) -> bytes:
        """Return the message of a call, without a login if ``credentials`` is ``None``.

        Raises ``InvalidValue`` if a value does not fit its type or XML.
        """
        with self._writing(operation):
            parts = self._parts_of(operation, arguments)
            return self._writer.message(
                operation.namespace, operation.name, parts, None if credentials is None else credentials.header()
            )

    def call_text(self, operation: Operation, arguments: Mapping[str, Any]) -> str:
        """Return the element of a call as XML text, for a batch; raise ``InvalidValue`` as ``message`` does."""
        with self._writing(operation):
            return self._writer.call(operation.namespace, operation.name, self._parts_of(operation, arguments))

    def _parts_of(self, operation: Operation, arguments: Mapping[str, Any]) -> list[Part]:
        types = self._parts[f"{{{operation.namespace}}}{operation.name}"]
        return [
            (name, to_wire(_or_empty(arguments.get(name), type_), type_), types[name])
            for name, type_ in operation.inputs.items()
        ]

    @contextmanager
    def _writing(self, operation: Operation) -> Iterator[None]:
        try:
            yield
        except (ValueError, TypeError, AttributeError) as error:
            raise errors.InvalidValue(0, f"The call {operation.name} cannot be written: {error}") from error


def load_document(path: Path) -> WsdlDocument:
    """Read a WSDL file, once per process."""
    with _LOADING:
        document = _DOCUMENTS.get(path)
        if document is None:
            document = _DOCUMENTS[path] = WsdlDocument(path)
        return document


_DOCUMENTS: dict[Path, WsdlDocument] = {}


def _or_empty(value: Any, type_: Type) -> Any:
    """Return a struct without members for an absent one, because every argument of a call must be sent."""
    return {} if value is None and isinstance(type_, Struct) else value


class _Offline(zeep.Transport):
    """A zeep transport without network: files that a WSDL imports are in the same folder."""

    def load(self, url: str) -> bytes:
        if url.rstrip("/") == ENCODING_NS.rstrip("/"):
            return ENCODING_XSD_PATH.read_bytes()
        if url.startswith(("http://", "https://")):
            raise ValueError(f"it imports {url}; save that file in the same folder and import it by name")
        return Path(url).read_bytes()
