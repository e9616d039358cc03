"""The client of NGNPro: one object per caller, with a typed class for each port."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, TypeVar

import requests

from .batch import CallOutcome, CallPlan, RunAll, offers_batches, run_batch
from .engines import Credentials, Engine
from .gate import Gate
from .lost import PAUSES
from .password_storage import PasswordStorage
from .ports.base import Caller, Lock
from .ports.customers import CustomerPort
from .ports.dns import DnsPort
from .ports.enum import EnumPort
from .ports.network import NetworkPort
from .ports.platform import PlatformPort
from .ports.presence import PresencePort
from .ports.rating import RatingPort
from .ports.sip import SipPort
from .ports.voicemail import VoicemailPort
from .ports.watch import WatchPort
from .records.base import Record, shape_of
from .reports import CallReport

T = TypeVar("T")


class Gates:
    """The gates of a process, one per engine, which all its threads share."""

    def __init__(self) -> None:
        self._by_engine: dict[Engine, Gate] = {}
        self._last: Gate | None = None
        self._opening = threading.Lock()

    def to(self, engine: Engine) -> Gate:
        """Return the gate to an engine; the first call opens it."""
        last = self._last
        if last is not None and last.engine is engine:  # most portals have one engine, and comparing them takes longer
            return last
        with self._opening:
            gate = self._by_engine.get(engine)
            if gate is None:
                gate = self._by_engine[engine] = Gate(engine)
            self._last = gate if gate.engine is engine else None
            return gate

    @contextmanager
    def using(self, *gates: Gate) -> Iterator[None]:
        """Use these gates for their engines within the block, e.g. gates with another transport."""
        before = dict(self._by_engine)
        self._last = None
        self._by_engine.update({gate.engine: gate for gate in gates})
        try:
            yield
        finally:
            self._last = None
            self._by_engine.clear()
            self._by_engine.update(before)

    def clear(self) -> None:
        """Forget all gates; the next calls open new ones."""
        self._last = None
        self._by_engine.clear()


GATES = Gates()
# A forked process must not use the connections of its parent.
os.register_at_fork(after_in_child=GATES.clear)


class Ngnpro:
    """A client of one engine for one caller: ``Ngnpro(engine, credentials).sip.get_domains(query)``.

    Creating one is cheap: the gates (the WSDL, connections, circuits) are in ``GATES``, one per engine and process.
    ``session``: another ``requests`` session, e.g. with another transport; it gets a separate gate.
    ``on_call`` is called after each call with its names, seconds and outcome, never with a value. ``before_call`` is
    called with the names of port and operation before a call is sent; an exception that it raises stops the call.
    ``read_timeout``: seconds, instead of the engine's, for long calls. ``lock``: takes a name and returns a lock that
    all processes of the program share, for updates on servers that do not compare. ``pauses``: seconds before each
    attempt to read a record back after the answer to a write was lost.
    """

    def __init__(
        self,
        engine: Engine,
        credentials: Credentials | None = None,
        *,
        session: requests.Session | None = None,
        on_call: Callable[[CallReport], None] | None = None,
        before_call: Callable[[str, str], None] | None = None,
        read_timeout: float | None = None,
        lock: Lock | None = None,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self.engine = engine
        self.credentials = credentials or engine.credentials()
        self.gate = GATES.to(engine) if session is None else Gate(engine, session)
        keeps_clear = PasswordStorage(self.gate).keeps_clear
        self._caller = Caller(
            self.gate, self.credentials, read_timeout, on_call, before_call, lock, pauses, keeps_clear
        )

    # Ports are made when they are first used, because each plan of a batch has a client of its own and uses one.
    @cached_property
    def sip(self) -> SipPort:
        return SipPort(self._caller)

    @cached_property
    def customers(self) -> CustomerPort:
        return CustomerPort(self._caller)

    @cached_property
    def enum(self) -> EnumPort:
        return EnumPort(self._caller)

    @cached_property
    def dns(self) -> DnsPort:
        return DnsPort(self._caller)

    @cached_property
    def voicemail(self) -> VoicemailPort:
        return VoicemailPort(self._caller)

    @cached_property
    def rating(self) -> RatingPort:
        return RatingPort(self._caller)

    @cached_property
    def network(self) -> NetworkPort:
        return NetworkPort(self._caller)

    @cached_property
    def presence(self) -> PresencePort:
        return PresencePort(self._caller)

    @cached_property
    def platform(self) -> PlatformPort:
        return PlatformPort(self._caller)

    @cached_property
    def watch(self) -> WatchPort:
        return WatchPort(self._caller)

    def call(self, port: str, operation: str, **arguments: Any) -> Any:
        """Make a call by its wire names and return plain data; retry reads (``get…``) once on a broken connection."""
        return self._caller.call(port, operation, arguments, retry=operation.startswith("get"))

    def batch(self, plans: Sequence[CallPlan[Ngnpro, T]], run_all: RunAll | None = None) -> list[CallOutcome[T]]:
        """Make the calls of several plans, and return how each ended, in the same order.

        The calls are sent together where NGNPro offers it, else one after the other, or by ``run_all``, which runs
        functions in threads; the outcomes are the same.
        """
        return run_batch(self._caller, self._client_of, plans, run_all)

    @property
    def takes_batches(self) -> bool:
        """Return whether the server's latest answer says that it takes several calls in one message."""
        return offers_batches(self._caller)

    def _client_of(self, caller: Caller) -> Ngnpro:
        client = self.__class__.__new__(self.__class__)
        client.engine, client.credentials, client.gate, client._caller = (
            self.engine,
            self.credentials,
            self.gate,
            caller,
        )
        return client

    def knows(self, record: type[Record], field: str) -> bool:
        """Return whether the engine's WSDL has the member of a record's field, e.g. ``(SipAccount, "region")``."""
        return self.gate.knows(record.__name__, shape_of(record).wire_names[field])
