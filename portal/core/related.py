"""Records that belong to another record, shown on its page: the first ones with their states, and how many there are.

Rooms declare them (``Resource.related``), so that a page shows records of rooms that its own room does not import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise

from portal.core.at_once import Together
from portal.core.markup import page_url
from portal.ngnpro import Ngnpro, Range, RecordPage, errors

FEW = Range(0, 8)


@dataclass(frozen=True, slots=True)
class RelatedRow:
    """One related record: the URL of its page, its name, a text below it, and its state as a lamp and a word."""

    url: str
    name: str
    about: str = ""
    lamp: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedState:
    """A state in which related records can be: its word and lamp, the filter of their list, and how many are in it."""

    label: str | Promise
    lamp: str
    filter: Mapping[str, str]
    count: Callable[[Ngnpro, Any], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """How a kind of record is shown on the page of a record of the kind ``of``.

    ``fetch`` returns the first records (``FEW``), ``row`` how one is shown, given what ``beside`` returned for all of
    them. ``filter`` are the parameters that make the list ``page`` show all of them. ``applies``: which records of the
    other kind have such ones at all. Each page makes one call, and one for each state and for what is beside.
    """

    of: str
    label: str | Promise
    icon: str
    page: str
    filter: Callable[[Any], Mapping[str, Any]]
    fetch: Callable[[Ngnpro, Any], RecordPage[Any]]
    row: Callable[[Any, Any], RelatedRow]
    beside: Callable[[Ngnpro, tuple[Any, ...]], Any] = lambda _ngnpro, _records: None
    states: tuple[RelatedState, ...] = ()
    applies: Callable[[Any], bool] = lambda _record: True


@dataclass(frozen=True, slots=True)
class ShownState:
    """A state with the number of related records in it, and the list that shows them."""

    label: str | Promise
    lamp: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class ShownRelated:
    """Related records as a page shows them; ``total`` is ``None`` and ``why`` says why if NGNPro did not tell."""

    kind: str
    label: str | Promise
    icon: str
    url: str
    total: int | None = None
    rows: tuple[RelatedRow, ...] = ()
    states: tuple[ShownState, ...] = ()
    why: str = ""

    @property
    def more(self) -> int:
        return (self.total or 0) - len(self.rows)


def related_records(declared: Iterable[tuple[str, Related]], ngnpro: Ngnpro, record: Any) -> list[ShownRelated]:
    """Fetch what the page of a record shows of other kinds: pairs of their kind, and of how they are shown there."""
    together = Together(ngnpro)
    asked = [(kind, one, _begin(together, one, record)) for kind, one in declared if one.applies(record)]
    return [_shown(ngnpro, name, one, record, *begun) for name, one, begun in asked]


Answer = Callable[[], Any]


def _begin(together: Together, one: Related, record: Any) -> tuple[Answer, list[Answer]]:
    first = together.begin(partial(_answer, one.fetch, record))
    return first, [together.begin(partial(_answer, state.count, record)) for state in one.states]


def _answer(ask: Callable[[Ngnpro, Any], Any], record: Any, ngnpro: Ngnpro) -> Any:
    """Return what NGNPro answers, or its error if it refuses or fails; a wrong login concerns the whole page."""
    try:
        return ask(ngnpro, record)
    except (errors.BadLogin, errors.Locked):
        raise
    except errors.NgnproError as error:
        return error


def _shown(ngnpro: Ngnpro, name: str, one: Related, record: Any, first: Answer, counts: list[Answer]) -> ShownRelated:
    found, numbers = first(), [count() for count in counts]
    url = _list_url(one, record)
    if isinstance(found, errors.NgnproError):
        return ShownRelated(name, one.label, one.icon, url, why=str(found))
    beside = _answer(one.beside, tuple(found.items), ngnpro) if found.items else None
    known = None if isinstance(beside, errors.NgnproError) else beside
    states = tuple(
        ShownState(state.label, state.lamp, number, _list_url(one, record, state.filter))
        for state, number in zip(one.states, numbers, strict=True)
        if isinstance(number, int) and number
    )
    rows = tuple(one.row(item, known) for item in found.items)
    return ShownRelated(name, one.label, one.icon, url, found.total, rows, states)


def _list_url(one: Related, record: Any, state: Mapping[str, str] | None = None) -> str:
    return f"{page_url(one.page)}?{urlencode({**one.filter(record), **(state or {})})}"
