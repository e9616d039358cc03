"""The front door: one object per caller, with a typed port for each part of NGNPro."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import requests

from .engines import Credentials, Engine
from .gate import Call, Gate
from .ports.base import Caller, Lock
from .ports.customers import CustomerPort
from .ports.enum import EnumPort
from .ports.sip import SipPort
from .ports.voicemail import VoicemailPort
from .records.base import Record, shape_of

_GATES: dict[Engine, Gate] = {}
_OPENING = threading.Lock()


class Ngnpro:
    """Speaks to one engine as one caller: ``Ngnpro(engine, credentials).sip.get_domains(query)``.

    Making one costs nothing: gates (the WSDL, connections, circuits) are kept per engine and process, and
    shared by threads. ``session``: another ``requests`` session, e.g. with a transport of its own, which then
    has a gate of its own. ``on_call`` is told of every call: names, seconds and outcome, never a value.
    ``before_call`` is told the names of port and operation before a call is sent; what it raises stops the call.
    ``read_timeout``: seconds, instead of the engine's, for long work. ``lock``: a lock by name that all processes of
    the program share, for updates where the server itself does not compare.
    """

    def __init__(
        self,
        engine: Engine,
        credentials: Credentials | None = None,
        *,
        session: requests.Session | None = None,
        on_call: Callable[[Call], None] | None = None,
        before_call: Callable[[str, str], None] | None = None,
        read_timeout: float | None = None,
        lock: Lock | None = None,
    ) -> None:
        self.engine = engine
        self.credentials = credentials or engine.credentials()
        self.gate = gate_to(engine) if session is None else Gate(engine, session)
        caller = self._caller = Caller(self.gate, self.credentials, read_timeout, on_call, before_call, lock)
        self.sip = SipPort(caller)
        self.customers = CustomerPort(caller)
        self.enum = EnumPort(caller)
        self.voicemail = VoicemailPort(caller)

    def call(self, port: str, operation: str, **arguments: Any) -> Any:
        """Make any call by its wire names and return plain data; a read (``get…``) is repeated once if need be."""
        return self._caller.call(port, operation, arguments, retry=operation.startswith("get"))

    def knows(self, record: type[Record], field: str) -> bool:
        """Tell whether the engine's WSDL has the member of a record's field, e.g. ``(SipAccount, "region")``."""
        struct = self.gate.document.counterparts.get(record.__name__)
        return struct is None or shape_of(record).wire_names[field] in struct.fields


def gate_to(engine: Engine) -> Gate:
    """Give the one gate that this process has to an engine."""
    with _OPENING:
        gate = _GATES.get(engine)
        if gate is None:
            gate = _GATES[engine] = Gate(engine)
        return gate


# A process that is forked off must not speak on its parent's connections.
os.register_at_fork(after_in_child=_GATES.clear)
