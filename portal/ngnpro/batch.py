"""Batches: the calls of several plans, sent together where NGNPro offers it, else one after the other, or in threads.

A plan is a function that makes calls with the client it is given. It is run until its next call; the calls of all plans
are then sent in one message, and each plan is run again from its start with the answers so far, until it returns.
So every method of the client can be used in a plan, with the same results and the same checks of lost answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar

from ngnpro_wire.batch import OPERATION, PORT
from ngnpro_wire.facts.fault_codes import FaultCode

from . import errors
from .gate import BatchCall
from .ports.base import Caller
from .reports import CallReport

T = TypeVar("T")
# the class of the client, which makes the calls with the caller it is given
ClientT = TypeVar("ClientT")
# runs functions, each of which may run in a thread
RunAll: TypeAlias = Callable[[Sequence[Callable[[], None]]], None]
# bytes of the calls in one message; servers refuse messages of more than 1 MiB
LARGEST = 512 * 1024
# With these codes a server refuses a batch, but perhaps not its calls one by one.
_ABOUT_BATCHES = frozenset(
    {
        FaultCode.OPERATION_UNKNOWN,
        FaultCode.OPERATION_UNAVAILABLE,
        FaultCode.REQUEST_MALFORMED,
        FaultCode.REQUEST_TOO_LARGE,
        FaultCode.VALUE_INVALID,
    }
)
_NOT_MADE = object()


@dataclass(frozen=True, slots=True)
class CallPlan(Generic[ClientT, T]):
    """Calls to make: a function that gets the client, does nothing but calls, and may be run several times.

    ``on_call`` and ``before_call`` are used for these calls instead of the client's (see ``Ngnpro``).
    """

    run: Callable[[ClientT], T]
    on_call: Callable[[CallReport], None] | None = None
    before_call: Callable[[str, str], None] | None = None


@dataclass(frozen=True, slots=True)
class CallOutcome(Generic[T]):
    """How a plan ended: ``error`` is ``None`` if it returned ``value``."""

    value: T | None = None
    error: errors.NgnproError | None = None

    def get(self) -> T:
        """Return the value, or raise the error."""
        if self.error is not None:
            raise self.error
        return self.value  # type: ignore[return-value]


class _Wanted(BaseException):
    """The next call of a plan, which stops the plan."""

    def __init__(self, call: BatchCall) -> None:
        super().__init__()
        self.call = call


@dataclass(slots=True)
class _Run(Generic[ClientT, T]):
    """A plan and the answers to its calls so far.

    ``wanted``: its next call, which was announced. ``alone``: the further calls are made one by one, with ``pauses``.
    """

    plan: CallPlan[ClientT, T]
    answers: list[Any] = field(default_factory=list)
    wanted: BatchCall | None = None
    alone: bool = False
    pauses: Sequence[float] | None = None
    outcome: CallOutcome[T] | None = None

    def advance(self, caller: Caller, client_of: Callable[[Caller], ClientT]) -> None:
        """Run the plan until it ends, or until its next call."""
        recorder = _Recorder(
            caller.gate,
            caller.credentials,
            caller.read_timeout,
            self.plan.on_call or caller.on_call,
            self.plan.before_call or caller.before_call,
            caller.lock,
            caller.pauses if self.pauses is None else self.pauses,
            caller.keeps_clear,
            run=self,
            answers=iter(list(self.answers)),
        )
        try:
            self.outcome = CallOutcome(self.plan.run(client_of(recorder)))
        except errors.NgnproError as error:
            self.outcome = CallOutcome(error=error)
        except _Wanted as wanted:
            self.wanted = wanted.call


@dataclass(frozen=True, slots=True)
class _Recorder(Caller):
    """A caller that returns the answers of a run, and then makes the next call itself or stops the plan."""

    run: _Run[Any, Any] = field(kw_only=True)
    answers: Iterator[Any] = field(kw_only=True)

    def _send(
        self,
        port: str,
        operation: str,
        arguments: dict[str, Any],
        *,
        retry: bool,
        as_read: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return or raise the answer to the next call."""
        for answer in self.answers:
            if isinstance(answer, errors.NgnproError):
                raise answer
            return answer
        announced, self.run.wanted = self.run.wanted is not None, None
        declared = self.gate.document.operation(port, operation)
        elsewhere = self.gate.engine.endpoint(port) != self.gate.engine.endpoint(PORT)
        if self.run.alone or elsewhere or declared is None:
            caller = replace(self, before_call=None) if announced else self
            return Caller._send(caller, port, operation, arguments, retry=retry, as_read=as_read)
        text = self.gate.document.call_text(declared, arguments)
        if self.before_call is not None:
            self.before_call(port, operation)
        raise _Wanted(BatchCall(declared, text, as_read))


def run_batch(
    caller: Caller,
    client_of: Callable[[Caller], ClientT],
    plans: Sequence[CallPlan[ClientT, T]],
    run_all: RunAll | None = None,
) -> list[CallOutcome[T]]:
    """Make the calls of all plans; ``client_of`` returns the client that makes its calls with a caller.

    ``run_all``: runs the plans on a server that offers no batches, if they need not run one after the other.
    """
    runs = [_Run(plan) for plan in plans]
    while waiting := [run for run in runs if run.outcome is None]:
        tasks = [partial(_advance, run, caller, client_of) for run in waiting]
        # the first answer tells whether the server offers batches
        tasks.pop(0)()
        if run_all is None or offers_batches(caller):
            for task in tasks:
                task()
        else:
            run_all(tasks)
        for group in _groups([run for run in waiting if run.outcome is None], caller.gate.batch_limit):
            _send(caller, group)
    return [run.outcome for run in runs if run.outcome is not None]


def _advance(run: _Run[ClientT, T], caller: Caller, client_of: Callable[[Caller], ClientT]) -> None:
    run.alone = run.alone or not offers_batches(caller)
    run.advance(caller, client_of)


def offers_batches(caller: Caller) -> bool:
    """Return whether the server's latest answer says that it takes batches."""
    return caller.gate.batch_limit > 0 and caller.gate.offers(PORT, OPERATION)


def _groups(runs: list[_Run[ClientT, T]], limit: int) -> Iterator[list[_Run[ClientT, T]]]:
    """Yield runs whose next calls fit into one message."""
    group: list[_Run[ClientT, T]] = []
    size = 0
    for run in runs:
        length = len(run.wanted.text.encode()) if run.wanted else 0
        if group and (len(group) >= limit or size + length > LARGEST):
            yield group
            group, size = [], 0
        group.append(run)
        size += length
    if group:
        yield group


def _send(caller: Caller, group: list[_Run[ClientT, T]]) -> None:
    """Send the next calls of runs in one message, and add the answer to each; a single call is made alone."""
    calls = [run.wanted for run in group if run.wanted is not None]
    if len(calls) == 1:
        group[0].alone = True
        return
    begun = time.monotonic()
    results = _results(caller, calls)
    seconds = (time.monotonic() - begun) / len(calls)
    pauses = caller.pauses
    for run, call, result in zip(group, calls, results, strict=True):
        if result is _NOT_MADE:
            run.alone = True
            continue
        run.answers.append(result)
        run.wanted = None
        _report(run.plan.on_call or caller.on_call, caller, call, result, seconds)
        if isinstance(result, errors.Outage):
            # Its record is read back by calls of its own, after a pause that is long enough for the others, too.
            run.alone, run.pauses, pauses = True, pauses, (0.0,)


def _results(caller: Caller, calls: Sequence[BatchCall]) -> list[Any]:
    """Return the result or error of each call, ``_NOT_MADE`` if the server does not take them as a batch."""
    try:
        return caller.gate.batch(calls, caller.credentials, read_timeout=caller.read_timeout)
    except errors.Refusal as refusal:
        return [_NOT_MADE if refusal.code in _ABOUT_BATCHES else refusal] * len(calls)
    except errors.Outage as outage:
        return [copy(outage) for _call in calls]


def _report(
    on_call: Callable[[CallReport], None] | None, caller: Caller, call: BatchCall, result: Any, seconds: float
) -> None:
    if on_call is None:
        return
    outcome = "ok"
    if isinstance(result, errors.Refusal):
        outcome = f"refused {result.code}"
    elif isinstance(result, errors.Outage):
        outcome = type(result).__name__
    on_call(CallReport(caller.gate.engine.name, call.operation.port, call.operation.name, seconds, outcome))
