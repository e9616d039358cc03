"""Writes to NGNPro and who makes them: each is announced by a signal before it is made, and again when it has ended.

The journal listens to ``begun`` and ``closed``, and others to ``ended``; nothing is stored here. If a listener of
``begun`` fails, the writes are not made, so that no change lacks its journal entry. If a listener of ``closed`` or
``ended`` fails, that is only logged, since NGNPro has already made the change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from django.dispatch import Signal

from portal.core.member_rights import OtherRecords, why_forbidden
from portal.core.viewer import Viewer
from portal.ngnpro import CallOutcome, CallPlan, CallReport, Ngnpro, errors
from portal.ngnpro.batch import RunAll
from portal.ngnpro.records.base import Record

State = Record | Mapping[str, Any]
T = TypeVar("T")

# Sent with ``writes``, which are announced together, and with the same ones when all have ended.
begun = Signal()
closed = Signal()
# Sent with ``writes`` in the transaction in which the journal stores that they are about to be made.
announced = Signal()
# Sent with ``writes`` in the transaction in which the journal stores how they ended.
noted = Signal()
# Sent with each ``write`` after ``closed``.
ended = Signal()
# Sent with a ``write`` that ended with unknown outcome, once it was found to have been made.
settled = Signal()


@dataclass(frozen=True, slots=True)
class Author:
    """The viewer who makes a write, and their IP address."""

    viewer: Viewer
    source: str = ""


@dataclass(slots=True, eq=False)
class Write:
    """One change to one record.

    ``before`` and ``after`` are the states of the record; ``None`` before it is added or after it is deleted. What is
    not a record, such as a list of rejected callers, is a mapping of wire names to values. ``stored`` is the new state
    as NGNPro returned it. ``about`` is the kind and key of the record, e.g. ``("account", "ada@example.com")``, and
    ``part`` the part of it, if ``before`` and ``after`` do not determine them. ``also_deleted`` lists the records
    deleted with it, as numbers and labels. ``undoes`` is the number of the journal entry that is undone. ``operation``
    is the name of an action that writes nothing but is journaled, e.g. ``showPassword``. ``error`` is how the write
    failed. ``changes`` is what changes from ``before`` to ``after`` as the journal stores it, if that is known already.
    ``undone``: the request that made it has undone it. ``mails`` are sent if it is stored (``mail.outbox.held``).

    The journal sets ``summary``, a description of the write, ``number``, that of its entry, and ``obstacle``, which
    returns why it cannot be undone; only the journal uses ``entry`` and ``described``.
    """

    author: Author
    before: State | None = None
    after: State | None = None
    about: tuple[str, str] = ("", "")
    part: str = ""
    also_deleted: tuple[tuple[int, str], ...] = ()
    mails: tuple[Any, ...] = ()
    undoes: int | None = None
    operation: str = ""
    changes: list[dict[str, Any]] | None = None
    stored: State | None = None
    calls: list[CallReport] = field(default_factory=list)
    finished: bool = False
    error: errors.NgnproError | None = None
    undone: bool = False
    summary: str = ""
    number: int | None = None
    obstacle: Callable[[], str] | None = None
    entry: Any = None
    described: tuple[State | None, ...] = ()

    @property
    def is_stored(self) -> bool:
        """Return whether NGNPro has stored any part of it."""
        return any(call.outcome == "ok" for call in self.calls)


class Writes:
    """The writes of one author, e.g. of a request; not thread-safe. ``made`` are those that have ended."""

    def __init__(self, author: Author) -> None:
        self.author = author
        self.made: list[Write] = []
        self._open: list[Write] = []
        self._expected: Write | None = None
        self._others: OtherRecords | None = None

    def check_with(self, ngnpro: Ngnpro) -> None:
        """Check writes from now on against other records, too, read with this client."""
        self._others = OtherRecords(ngnpro, self.author.viewer)

    @property
    def stored(self) -> list[Write]:
        """List the writes that NGNPro has stored at least in part, without those that were undone.

        The one that was announced last is first: in this order they can be undone.
        """
        stored = [write for write in self.made if write.is_stored and not write.undone]
        return sorted(stored, key=lambda write: write.number or 0, reverse=True)

    def of(self, before: State | None = None, after: State | None = None, **more: Any) -> Write:
        """Return the ``Write`` of a change; ``more`` are other fields of ``Write``."""
        return Write(self.author, before, after, **more)

    @contextmanager
    def change(self, before: State | None = None, after: State | None = None, **more: Any) -> Iterator[Write]:
        """Announce a change of a record, which the block makes; the arguments are those of ``of``.

        If the block made no call that writes and did not fail, nothing was changed.
        """
        with self.changes([self.of(before, after, **more)]) as (write,):
            yield write

    @contextmanager
    def changes(self, writes: Iterable[Write]) -> Iterator[list[Write]]:
        """Announce changes of several records that the block makes with the same calls, e.g. of routes."""
        group = self._begin(writes)
        outer, self._open = self._open, group
        try:
            yield group
            for write in group:
                write.finished = True
        except errors.NgnproError as error:
            for write in group:
                write.error = error
            raise
        finally:
            self._open = outer
            self._end(group)

    def batch(
        self,
        ngnpro: Ngnpro,
        plans: Sequence[tuple[Write, Callable[[Ngnpro], T]]],
        run_all: RunAll | None = None,
    ) -> list[CallOutcome[T]]:
        """Make changes of records in batches where NGNPro offers them; return how each ended, in the same order.

        Each change is a write and the function that makes it (see ``CallPlan``). All are announced before the first
        call, in one transaction; one that may not be made has the reason as its outcome. ``run_all``: see ``Ngnpro``.
        """
        outcomes: dict[int, CallOutcome[T]] = {}
        for index, (write, _run) in enumerate(plans):
            try:
                self._check(write)
            except errors.Refusal as refusal:
                outcomes[index] = CallOutcome(error=refusal)
        announced = {index: plans[index] for index in range(len(plans)) if index not in outcomes}
        self._announce([write for write, _run in announced.values()])
        calls = [
            CallPlan(run, on_call=partial(_note, write), before_call=_announced) for write, run in announced.values()
        ]
        try:
            outcomes |= zip(announced, ngnpro.batch(calls, run_all), strict=True)
        finally:
            for index, (write, _run) in announced.items():
                write.error = outcomes[index].error if index in outcomes else None
                write.finished = index in outcomes and write.error is None
            self._end([write for write, _run in announced.values()])
        return [outcomes[index] for index in range(len(plans))]

    def _begin(self, writes: Iterable[Write]) -> list[Write]:
        """Announce writes, all or none.

        Raises a ``Refusal`` for a change that the viewer may not make, whether NGNPro would refuse it or not.
        """
        group = list(writes)
        for write in group:
            self._check(write)
        self._announce(group)
        return group

    def _check(self, write: Write) -> None:
        if reason := why_forbidden(self.author.viewer, write.before, write.after):
            raise errors.NotPermitted(0, reason)
        if self._others is not None:
            self._others.check(write.before, write.after)

    def _announce(self, group: Sequence[Write]) -> None:
        begun.send(Writes, writes=group)

    def _end(self, group: Sequence[Write]) -> None:
        """Announce that writes have ended; a listener that fails affects neither other listeners nor the page."""
        self.made.extend(group)
        closed.send_robust(Writes, writes=group)
        for write in group:
            ended.send_robust(Writes, write=write)

    def expect(self, port: str, operation: str) -> None:
        """Announce a call that is about to be made, unless it belongs to an open write (``Ngnpro``'s ``before_call``).

        Only the operation of such a write is known, but it is not made without a journal entry.
        """
        if not operation.startswith("get") and not self._open:
            call = CallReport(self.author.viewer.engine, port, operation, 0.0, "")
            (self._expected,) = self._begin([Write(self.author, calls=[call])])

    def note(self, call: CallReport) -> None:
        """Add a finished call to the open writes, or to the one announced by ``expect`` (``Ngnpro``'s ``on_call``)."""
        if call.operation.startswith("get"):
            return
        for write in self._open:
            write.calls.append(call)
        if not self._open:
            write, self._expected = self._expected or self._begin([Write(self.author, calls=[call])])[0], None
            write.calls = [call]
            self._end([write])

    @contextmanager
    def collect(self) -> Iterator[list[Write]]:
        """Collect the writes that end in the block; the list is filled when it is left, with an error or without."""
        found: list[Write] = []
        start = len(self.made)
        try:
            yield found
        finally:
            found += self.made[start:]

    def mark_undone(self, which: Iterable[Write] | None = None) -> None:
        """Mark writes as undone: nothing that they stored remains. Without ``which``, all so far, ended and open."""
        for write in (*self.made, *self._open) if which is None else which:
            write.undone = True

    def mark_taken_back(self, record: State) -> None:
        """Mark the writes that added a record and deleted it again as undone."""
        for write in self.made:
            if any(state is record for state in (write.before, write.after, write.stored)):
                write.undone = True

    def record_operation(self, operation: str, record: State | None = None, **more: Any) -> None:
        """Announce an action that writes nothing, e.g. ``("showPassword", account)``."""
        self._end(self._begin([Write(self.author, record, record, operation=operation, finished=True, **more)]))


def _note(write: Write, call: CallReport) -> None:
    if not call.operation.startswith("get"):
        write.calls.append(call)


def _announced(_port: str, _operation: str) -> None:
    """Do nothing before a call that belongs to an announced write."""
