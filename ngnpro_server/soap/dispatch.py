"""The dispatcher: decodes calls, checks the login, runs the operation, and encodes the answer."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from ngnpro_server.call import Call, Clock, Operation, Order
from ngnpro_server.config import Config
from ngnpro_server.faults import Fault
from ngnpro_server.login import Admission, Guard, NotKnownYet, Refused, require_username, with_login_of_account
from ngnpro_server.platform.messenger import Messenger
from ngnpro_server.platform.proxies import nodes_of
from ngnpro_server.store.counts import fold_sometimes
from ngnpro_server.store.engine import Collision, OutcomeUnknown, lock_for_writing, transaction
from ngnpro_server.store.replica import Replica
from ngnpro_wire.codec import Request, encode_fault
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.schema import Schema
from ngnpro_wire.spans import describe_span

from .notes import Note, Observer
from .work import Batch, Operations, SavepointsNeeded, Single, internal_error, work_of

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
        replica: Replica | None = None,
    ) -> None:
        self._config = config
        self._engine = engine
        self._proxy = proxy
        self._replica = replica
        self._operations = Operations(schema, operations, config.server.strictness)
        self._clock = clock
        self._observe = observe
        self._guard = Guard(engine, config, clock)
        self._messenger = Messenger(nodes_of(config.proxy, engine, proxy))

    def answer(self, body: bytes, source: str, as_read: str = "", charset: str = "") -> Answer:
        """Answer the call in ``body``, which came from the address ``source``; every refusal is a fault.

        ``as_read``: the header with the record as the client read it before the update (``ngnpro_wire.as_read``).
        ``charset``: the encoding of the body that the HTTP header names.
        """
        note = Note(source)
        try:
            request = self._operations.read(body, charset)
            request = with_login_of_account(request)
            note.read(request)
            require_username(request.auth)
            answer = self._answer(request, note, work_of(self._operations, request, as_read))
        except Fault as fault:
            answer = self._fault(fault)
        except Exception:  # noqa: BLE001
            # Catch every exception, so that the client gets a fault and the process continues.
            # The transaction was rolled back already; the log has the details, the answer only an id.
            answer = self._fault(internal_error(note.operation))
        return self._noted(note, answer)

    def refuse(self, fault: Fault, source: str) -> Answer:
        """Answer a call that is refused without being decoded."""
        return self._noted(Note(source), self._fault(fault))

    def send(self, orders: Iterable[Order]) -> None:
        """Send orders to the SIP proxies that do not come from a call."""
        self._messenger.send(orders)

    def finish(self) -> None:
        """Send the orders that are left to the SIP proxies, before the process ends."""
        self._messenger.finish()

    def _answer(self, request: Request, note: Note, work: Single | Batch) -> Answer:
        """Do the work, and log and observe the calls of a batch once it is known whether they were stored."""
        try:
            answer = Answer(self._run(request, note, work))
        except OutcomeUnknown as error:
            _log.error("%s: %s", note.operation, error)
            answer = _UNKNOWN
        for part in work.notes:
            part.tell(is_known=answer.is_known)
            self._observe(part)
        if work.writes:
            fold_sometimes(self._engine)
        return answer

    def _noted(self, note: Note, answer: Answer) -> Answer:
        note.end(answer.code, is_known=answer.is_known)
        code = "" if answer.code is None else str(answer.code.value)
        describe_span(note.operation, failed=bool(code) or not answer.is_known, ngnpro__fault=code)
        self._observe(note)
        return answer

    def _fault(self, fault: Fault) -> Answer:
        body = encode_fault(self._operations.schema, fault.code, fault.text, fault.code.title, fault.faultcode)
        return Answer(body, fault.code)

    def _run(self, request: Request, note: Note, work: Single | Batch) -> bytes:
        """Do the work; do it again if its transaction collides with another one."""
        for tried in range(1, _TRIES):
            with suppress(Collision):
                return self._run_once(request, note, work)
            time.sleep(random.uniform(0, _PAUSE * tried))
        return self._run_once(request, note, work)

    def _run_once(self, request: Request, note: Note, work: Single | Batch) -> bytes:
        """Check the login and do the work in one transaction, which holds no lock until the login is accepted."""
        admission: Admission | None = None
        orders: list[Order] = []
        try:
            with transaction(self._engine, write=work.writes, lock=False, serializable=work.compares) as connection:
                admission = self._guard.admit(connection, note.source, request.auth)
                note.caller = admission.caller
                if work.writes:
                    lock_for_writing(connection)
                with self._read(work, connection) as reading:
                    call = Call(
                        caller=admission.caller,
                        connection=reading,
                        proxy=self._proxy,
                        config=self._config,
                        now=self._clock(),
                        orders=orders,
                    )
                    answer = work.run(call, note)
        except Refused as refused:
            raise self._guard.refuse(refused, note.source, request.auth) from None
        except SavepointsNeeded:
            return self._run_once(request, note, work)
        except NotKnownYet:
            self._guard.welcome(note.source, request.auth)
            return self._run_once(request, note, work)
        finally:
            if admission is not None:
                self._guard.remember(admission, note.source, request.auth)
        self._messenger.send(orders)
        return answer

    def _read(self, work: Single | Batch, connection: Connection) -> AbstractContextManager[Connection]:
        """Return where the work reads: a list from the replica if there is one, else in its own transaction."""
        if self._replica is None or not work.lists:
            return nullcontext(connection)
        return self._replica.reading(connection)
