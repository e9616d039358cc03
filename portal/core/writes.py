"""What is written to NGNPro in somebody's name: each write is announced before it is made, and again when it has ended.

Whoever keeps a journal listens to ``begun`` and ``ended``; nothing is kept here. A listener that fails at ``begun``
stops the write: no change without its line in the journal. One that fails at ``ended`` is logged and stops nothing:
NGNPro has done its part already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.dispatch import Signal

from portal.core import blocks
from portal.ngnpro import CallReport, errors
from portal.ngnpro.records.base import Record

if TYPE_CHECKING:
    from portal.core.viewer import Viewer

State = Record | Mapping[str, Any]

begun = Signal()
ended = Signal()
# Told of a ``write`` that ended in doubt and was found to be done later.
settled = Signal()


@dataclass(frozen=True, slots=True)
class Author:
    """In whose name something is written, and from which address."""

    viewer: Viewer
    source: str = ""


@dataclass(slots=True, eq=False)
class Write:
    """One change to one record.

    ``before`` and ``after``: how the record was and is to be; ``None`` where it is added or deleted. What is no record,
    such as a list of rejected callers, is a mapping of names on the wire to values. ``stored``: how NGNPro says that it
    is now. ``about``: kind and key of the record, e.g. ``("account", "ada@example.com")``, and ``part`` what of
    it, where ``before`` and ``after`` do not tell. ``gone``: what a deletion takes along, as numbers and words.
    ``undoes``: the number of the journal's entry that is undone. ``deed``: a name for what makes no write but is to be
    known, e.g. ``showPassword``. ``error`` is how it failed. ``called_off``: it was announced but is not made.
    ``undone``: the request that made it has undone it.
    Whoever keeps the journal sets ``summary``, the write in words, and ``number``, that of its entry; ``entry`` is
    theirs alone.
    """

    author: Author
    before: State | None = None
    after: State | None = None
    about: tuple[str, str] = ("", "")
    part: str = ""
    gone: tuple[tuple[int, str], ...] = ()
    undoes: int | None = None
    deed: str = ""
    stored: State | None = None
    calls: list[CallReport] = field(default_factory=list)
    finished: bool = False
    error: errors.NgnproError | None = None
    called_off: bool = False
    undone: bool = False
    summary: str = ""
    number: int | None = None
    entry: Any = None

    @property
    def is_stored(self) -> bool:
        """Tell whether NGNPro has stored anything of it."""
        return any(call.outcome == "ok" for call in self.calls)


class Writes:
    """The writes of one author, such as a request; not to be shared by threads. ``made``: those that have ended."""

    def __init__(self, author: Author) -> None:
        self.author = author
        self.made: list[Write] = []
        self._open: list[Write] = []
        self._expected: Write | None = None

    @property
    def stored(self) -> list[Write]:
        """List the writes of which NGNPro has stored at least a part, without those that were undone since."""
        return [write for write in self.made if write.is_stored and not write.undone]

    def of(self, before: State | None = None, after: State | None = None, **more: Any) -> Write:
        """Describe a change; ``more`` is what else a ``Write`` says of itself."""
        return Write(self.author, before, after, **more)

    @contextmanager
    def change(self, before: State | None = None, after: State | None = None, **more: Any) -> Iterator[Write]:
        """Announce the change of a record that is made inside, described as for ``of``.

        Without a call that writes, and without a failure, there was no change.
        """
        with self.changes([self.of(before, after, **more)]) as (write,):
            yield write

    @contextmanager
    def changes(self, writes: Iterable[Write]) -> Iterator[list[Write]]:
        """Announce changes of several records that the same calls make, such as that of routes."""
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

    def _begin(self, writes: Iterable[Write]) -> list[Write]:
        """Announce writes; where one of them cannot be, those before it end without a call.

        Raises ``NotPermitted`` for what would lift the block of an account against whoever blocked it.
        """
        group: list[Write] = []
        try:
            for write in writes:
                if reason := blocks.why_not(write.author.viewer, write.before, write.after):
                    raise errors.NotPermitted(0, reason)
                begun.send(Writes, write=write)
                group.append(write)
        except BaseException:
            for write in group:
                write.called_off = True
            self._end(group)
            raise
        return group

    def _end(self, group: Iterable[Write]) -> None:
        """Tell of writes that have ended; a listener that fails keeps neither the others nor the page from going on."""
        for write in group:
            self.made.append(write)
            ended.send_robust(Writes, write=write)

    def expect(self, port: str, operation: str) -> None:
        """Hear of a call that is about to be made (``Ngnpro``'s ``before_call``).

        A write that nobody announced is announced here: little is known of it, but it is not made without an entry.
        """
        if not operation.startswith("get") and not self._open:
            call = CallReport(self.author.viewer.engine, port, operation, 0.0, "")
            (self._expected,) = self._begin([Write(self.author, calls=[call])])

    def note(self, call: CallReport) -> None:
        """Hear how a call went (``Ngnpro``'s ``on_call``)."""
        if call.operation.startswith("get"):
            return
        for write in self._open:
            write.calls.append(call)
        if not self._open:
            write, self._expected = self._expected or self._begin([Write(self.author, calls=[call])])[0], None
            write.calls = [call]
            self._end([write])

    def mark_undone(self) -> None:
        """Mark all writes so far, made and under way, as undone: nothing that they stored is left."""
        for write in (*self.made, *self._open):
            write.undone = True

    def tell(self, deed: str, record: State | None = None, **more: Any) -> None:
        """Make known what is no write, e.g. ``("showPassword", account)``."""
        self._end(self._begin([Write(self.author, record, record, deed=deed, finished=True, **more)]))
