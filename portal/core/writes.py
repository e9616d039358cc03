"""What is written to NGNPro in somebody's name: each write is announced before it is made, and again when it has ended.

Whoever keeps a journal listens to ``begun`` and ``ended``; nothing is kept here. A listener that fails at ``begun``
stops the write: no change without its line in the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.dispatch import Signal

from portal.ngnpro import Call, errors
from portal.ngnpro.records.base import Record

if TYPE_CHECKING:
    from portal.core.auth import Viewer

State = Record | Mapping[str, Any]

begun = Signal()
ended = Signal()


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
    known, e.g. ``showPassword``. ``error`` is how it failed. ``entry`` is for the listener.
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
    calls: list[Call] = field(default_factory=list)
    finished: bool = False
    error: errors.NgnproError | None = None
    entry: Any = None


class Writes:
    """The writes of one author, such as a request; not to be shared by threads."""

    def __init__(self, author: Author) -> None:
        self.author = author
        self._open: list[Write] = []

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
        group = list(writes)
        for write in group:
            begun.send(Writes, write=write)
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
            for write in group:
                ended.send(Writes, write=write)

    def note(self, call: Call) -> None:
        """Hear of a call (``Ngnpro``'s ``on_call``): a write that nobody announced is one of which little is known."""
        if call.operation.startswith("get"):
            return
        for write in self._open:
            write.calls.append(call)
        if not self._open:
            self._tell(Write(self.author, calls=[call]))

    def tell(self, deed: str, record: State | None = None, **more: Any) -> None:
        """Make known what is no write, e.g. ``("showPassword", account)``."""
        self._tell(Write(self.author, record, record, deed=deed, finished=True, **more))

    def _tell(self, write: Write) -> None:
        begun.send(Writes, write=write)
        ended.send(Writes, write=write)
