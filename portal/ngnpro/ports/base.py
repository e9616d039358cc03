"""The base class of all ports: calls with a caller's credentials, records as results, checks of lost answers."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, ClassVar, ParamSpec, TypeAlias, TypeVar

from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.filters import SPECIAL, escape_filter

from .. import errors
from ..codec import from_wire
from ..engines import Credentials
from ..faults import refusal_from
from ..gate import Gate
from ..lost import (
    PAUSES,
    LostAnswerVerdict,
    after_add,
    after_delete,
    after_set,
    after_update,
    settle_lost_answer,
    uncertain_error,
)
from ..query import OrderBy, Pattern, Query, Range, RecordPage
from ..records.base import Filter, Record, shape_of
from ..reports import CallReport

Lock: TypeAlias = Callable[[str], AbstractContextManager[None]]
F = TypeVar("F")
P = ParamSpec("P")
R = TypeVar("R", bound=Record)
T = TypeVar("T")

PAGE_SIZE = 200
MOST_ALIKE = 1000
_UNREADABLE = (ValueError, TypeError, AttributeError)  # a member of another type than its field declares


@dataclass(frozen=True, slots=True)
class Caller:
    """A gate with the credentials of one caller.

    ``lock``: takes the name of a record and returns a lock against updates by other processes of this program; it is
    used if the server does not compare. ``pauses``: seconds before each attempt to read a record back after the answer
    to a write was lost. ``keeps_clear``: whether clear text of the password of an account may be sent; without it, only
    hashes are.
    """

    gate: Gate
    credentials: Credentials
    read_timeout: float | None = None
    on_call: Callable[[CallReport], None] | None = None
    before_call: Callable[[str, str], None] | None = None
    lock: Lock | None = None
    pauses: Sequence[float] = PAUSES
    keeps_clear: Callable[[Any], bool] | None = None

    def call(
        self,
        port: str,
        operation: str,
        arguments: dict[str, Any],
        *,
        retry: bool,
        as_read: Mapping[str, Any] | None = None,
    ) -> Any:
        """Make one call and return plain data; raise a ``Refusal`` if it is outside of the caller's limits.

        A list of several domains to which the caller is limited takes a call for each.
        """
        limits = self.credentials.limits
        if not limits:
            return self._send(port, operation, arguments, retry=retry, as_read=as_read)
        limits.check(port, operation, arguments)
        if not limits.is_list(operation):
            return self._send(port, operation, arguments, retry=retry, as_read=as_read)
        send = partial(self._send, port, operation, retry=retry)
        return limits.read_list(operation, arguments.get("query"), lambda query: send({"query": query}))

    def offers(self, port: str, operation: str) -> bool:
        """Return whether the engine's WSDL has an operation, and the caller's limits leave it to them."""
        return self.gate.offers(port, operation) and self.credentials.limits.offers(port, operation)

    def _send(
        self,
        port: str,
        operation: str,
        arguments: dict[str, Any],
        *,
        retry: bool,
        as_read: Mapping[str, Any] | None = None,
    ) -> Any:
        return self.gate.call(
            port,
            operation,
            arguments,
            self.credentials,
            retry=retry,
            read_timeout=self.read_timeout,
            on_call=self.on_call,
            before_call=self.before_call,
            as_read=as_read,
        )


class Port:
    """The calls of one port, made for one caller."""

    name: ClassVar[str]

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def offers(self, operation: str) -> bool:
        """Return whether the caller can use an operation, by its wire name, e.g. ``getRoutes``."""
        return self._caller.offers(self.name, operation)

    def _read(self, operation: str, **arguments: Any) -> Any:
        return self._caller.call(self.name, operation, arguments, retry=True)

    def _write(
        self,
        operation: str,
        look: Callable[[], T],
        judge: Callable[[T], LostAnswerVerdict],
        as_read: Mapping[str, Any] | None = None,
        **arguments: Any,
    ) -> Any:
        """Make a change; if its answer is lost, read the record back and return it if the change was made."""
        try:
            return self._caller.call(self.name, operation, arguments, retry=False, as_read=as_read)
        except errors.Outage as outage:
            return settle_lost_answer(outage, look, judge, self._caller.pauses)

    def _overwrite(
        self,
        operation: str,
        record: Record,
        look: Callable[[], Any],
        judge: Callable[[Any], LostAnswerVerdict],
        /,
        **arguments: Any,
    ) -> Any:
        """Replace a record; raise ``ChangedMeanwhile`` if it was changed since it was read."""
        if not record.was_read:
            return self._write(operation, look, judge, **arguments)
        as_read = self._as_read(record)
        key = key_of(record, arguments)
        return self._compared(operation, key, as_read, lambda: _source_of(look()), look, judge, **arguments)

    def _compared(
        self,
        operation: str,
        key: str,
        as_read: Mapping[str, Any],
        now: Callable[[], Mapping[str, Any] | None],
        look: Callable[[], T],
        judge: Callable[[T], LostAnswerVerdict],
        **arguments: Any,
    ) -> Any:
        """Make a change; raise ``ChangedMeanwhile`` if the record that it replaces was changed since it was read.

        A server that compares does so in one step with the update. For other servers, ``now`` reads the record again
        (``None`` if it was deleted) under the caller's lock; changes that other clients make between this and the
        update are overwritten. Without a lock the record is not read again.
        """
        if self._caller.gate.compares or self._caller.lock is None:
            return self._write(operation, look, judge, as_read, **arguments)
        with self._caller.lock(f"{self._caller.gate.engine.name} {self.name} {operation} {key}"):
            found = now()
            if self._caller.gate.compares:
                return self._write(operation, look, judge, as_read, **arguments)
            if found is not None and any(found.get(name) != as_read.get(name) for name in {*as_read, *found}):
                raise refusal_from(FaultCode.RECORD_CHANGED, "The record is not as it was read.")
            return self._write(operation, look, judge, **arguments)

    def _as_read(self, record: Record) -> dict[str, Any]:
        """Return the members of a record as they came from NGNPro, and ``None`` for those that it left out."""
        names = shape_of(type(record)).wire_names.values()
        known = (name for name in names if self._caller.gate.knows(type(record).__name__, name))
        return {**dict.fromkeys(known), **record.source}

    def _write_blindly(self, operation: str, **arguments: Any) -> Any:
        """Make a change that cannot be verified by reading back; if its answer is lost, raise ``Uncertain``."""
        try:
            return self._caller.call(self.name, operation, arguments, retry=False)
        except errors.Outage as outage:
            raise uncertain_error(outage) if outage.sent else outage from outage

    def _add(self, operation: str, part: str, record: R, look: Callable[[], R | None], **key: Any) -> R:
        """Add a record and return it as stored."""
        judge = partial(after_add, record)
        return self._stored(record, self._write(operation, look, judge, None, **key, **{part: record}), look)

    def _update(self, operation: str, part: str, record: R, look: Callable[[], R | None], **key: Any) -> R:
        """Replace a record and return it as stored, or as sent if the server returns nothing."""
        judge = partial(after_update, record)
        return self._stored(record, self._overwrite(operation, record, look, judge, **key, **{part: record}))

    def _delete(self, operation: str, look: Callable[[], object], **key: Any) -> None:
        self._write(operation, look, after_delete, **key)

    def _set(self, operation: str, wanted: object, look: Callable[[], object], **arguments: Any) -> None:
        self._write(operation, look, partial(after_set, wanted), **arguments)

    def _stored(self, record: R, answer: Any, look: Callable[[], R | None] = lambda: None) -> R:
        """Return a record as stored: from the answer, or read back with ``look`` if the server returns nothing.

        If it cannot be read back, it is returned as it was sent, because the change was made all the same.
        """
        if isinstance(answer, Record):
            return typing.cast(R, answer)
        if answer:
            return self._record(type(record), answer)
        try:
            found = look()
        except errors.NgnproError:
            return record
        return found if found is not None and _own_key(record) in (None, _own_key(found)) else record

    def _record(self, record: type[R], data: Any) -> R:
        try:
            return from_wire(record, data or {})
        except _UNREADABLE as error:
            raise self._caller.gate.strange(self.name, str(error)) from error

    def _records(self, record: type[R], rows: Any) -> tuple[R, ...]:
        return tuple([self._record(record, row) for row in rows or ()])

    def _texts(self, operation: str, **arguments: Any) -> tuple[str, ...]:
        return tuple([str(text) for text in self._read(operation, **arguments) or () if text is not None])

    def _json(self, operation: str, **arguments: Any) -> Any:
        """Return the value of an answer that is a JSON text."""
        try:
            return json.loads(self._read(operation, **arguments) or "null")
        except ValueError as error:
            raise self._caller.gate.strange(self.name, str(error)) from error

    def _page(self, operation: str, member: str, record: type[R], query: Query[Any] | None) -> RecordPage[R]:
        """Fetch a window of a list; texts in its filter have no wildcards unless they are a ``Pattern``."""
        return exact_page(partial(self._window, operation, member, record), query or Query())

    def _window(self, operation: str, member: str, record: type[R], query: Query[Any]) -> RecordPage[R]:
        answer = self._read(operation, query=query) or {}
        try:
            items = tuple([from_wire(record, row) for row in answer.get(member) or ()])
        except _UNREADABLE as error:
            raise self._caller.gate.strange(self.name, str(error)) from error
        return RecordPage(answer.get("total") or len(items), items)


def key_of(record: Record, arguments: Mapping[str, Any]) -> str:
    """Return a text that identifies a record: the key of the account that it belongs to, and its own key."""
    return f"{arguments.get('sipId') or ''} {_own_key(record) or ''}"


def _own_key(record: Record) -> Any:
    """Return the key of a record; ``None`` if it has none yet."""
    names = ("id", "sip_id", "domain", "ip", "uri", "name")
    return next((getattr(record, name) for name in names if hasattr(record, name)), None) or None


def _source_of(found: object) -> Mapping[str, Any] | None:
    return found.source if isinstance(found, Record) else None


def exact_page(fetch: Callable[[Query[Any]], RecordPage[T]], query: Query[Any]) -> RecordPage[T]:
    """Fetch a window of the records that match the texts of the filter exactly, even if the server cannot escape.

    ``%``, ``_`` and backslash in texts are escaped with a backslash. A server that does not know this finds nothing, or
    other records. If a record does not match, or none is found, the list is fetched again with ``_`` (any one
    character) in place of each of these characters, and records that do not match exactly are left out; at most
    ``MOST_ALIKE`` rows are kept.
    """
    conditions = query.filter
    if not isinstance(conditions, Filter):
        return fetch(query)
    odd = {name: text for name, text in _plain_texts(conditions).items() if not SPECIAL.isdisjoint(text)}
    if not odd:
        return fetch(query)
    escaped: dict[str, Any] = {name: escape_filter(text) for name, text in odd.items()}
    page = fetch(dataclasses.replace(query, filter=dataclasses.replace(conditions, **escaped)))
    if page.total and all(_has(conditions, odd, record) for record in page.items):
        return page
    loose: dict[str, Any] = {
        name: Pattern("".join("_" if char in SPECIAL else char for char in text)) for name, text in odd.items()
    }
    alike = iterate_records(fetch, dataclasses.replace(conditions, **loose), query.order_by)
    found = [record for record in islice(alike, MOST_ALIKE) if _has(conditions, odd, record)]
    start, count = (query.range.start, query.range.count) if query.range else (0, len(found))
    return RecordPage(len(found), tuple(found[start : start + count]))


def _plain_texts(conditions: Filter) -> dict[str, str]:
    values = {name: getattr(conditions, name) for name in shape_of(type(conditions)).wire_names}
    return {name: text for name, text in values.items() if isinstance(text, str) and not isinstance(text, Pattern)}


def _has(conditions: Filter, wanted: Mapping[str, str], record: Any) -> bool:
    return all(
        any(text.strip().casefold() == wished.strip().casefold() for text in conditions.texts(record, name))
        for name, wished in wanted.items()
    )


def or_none(fetch: Callable[P, T], *key: P.args, **named: P.kwargs) -> T | None:
    """Fetch a record by its key; return ``None`` if NGNPro answers that it does not exist."""
    try:
        return fetch(*key, **named)
    except errors.Missing:
        return None


def iterate_records(
    fetch: Callable[[Query[F]], RecordPage[T]],
    conditions: F | None = None,
    order_by: OrderBy | None = None,
    page_size: int = PAGE_SIZE,
) -> Iterator[T]:
    """Yield every match of a list, fetched page by page, so that only one page is in memory.

    Rows that are added or deleted in the meantime may be missed or returned twice, as in any paged list.
    """
    start = 0
    while True:
        page = fetch(Query(filter=conditions, order_by=order_by, range=Range(start, page_size)))
        yield from page.items
        start += len(page.items)
        if not page.items or start >= page.total:
            return


class Sip(Port):
    """The base class of the classes that make up the Sip port."""

    name = "Sip"
