"""Verification of writes whose answer was lost, by reading the record back. A write is never repeated."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Any, TypeVar

from . import errors
from .codec import from_wire
from .records.base import Record, shape_of

R = TypeVar("R", bound=Record)
T = TypeVar("T")

# seconds before each attempt to read back: a server may still be processing the call when its connection breaks
PAUSES = (0.2, 0.8)


class LostAnswerVerdict(Enum):
    """Whether a write was done, according to the record read back."""

    DONE = "done"
    NOT_DONE = "not done"
    UNKNOWN = "cannot tell"


def settle_lost_answer(
    outage: errors.Outage,
    look: Callable[[], T],
    judge: Callable[[T], LostAnswerVerdict],
    pauses: Sequence[float] = PAUSES,
) -> T:
    """Read the record back and return it if the write was done; else raise the outage, or ``Uncertain``.

    After a time-out the server may still be processing the call, so "not done" counts as ``Uncertain``. ``pauses``:
    seconds before each attempt.
    """
    if not outage.sent:
        raise outage
    verdict = LostAnswerVerdict.UNKNOWN
    for pause in pauses:
        time.sleep(pause)
        try:
            state = look()
        except errors.NgnproError:
            break
        verdict = judge(state)
        if verdict is LostAnswerVerdict.DONE:
            return state
    if verdict is LostAnswerVerdict.NOT_DONE and not isinstance(outage, errors.TimedOut):
        outage.nothing_changed = True
        raise outage
    raise uncertain_error(outage) from outage


def uncertain_error(outage: errors.Outage) -> errors.Uncertain:
    """Return the error that says that it is unknown whether a change was made."""
    return errors.Uncertain(
        f"{outage.text} It is unknown whether the change was made: read the record before you repeat it.",
        engine=outage.engine,
        endpoint=outage.endpoint,
        since=outage.since,
        sent=True,
    )


def after_add(sent: Record, stored: Record | None) -> LostAnswerVerdict:
    """Judge an addition by the record found under its key."""
    if stored is None:
        return LostAnswerVerdict.NOT_DONE
    return LostAnswerVerdict.DONE if _agrees(sent, stored, _visible(stored, _said(sent))) else LostAnswerVerdict.UNKNOWN


def after_update(sent: Record, stored: Record | None) -> LostAnswerVerdict:
    """Judge an update by the record found: done if it is as sent, not done if it is still as fetched, else unknown."""
    if stored is None:
        return LostAnswerVerdict.UNKNOWN
    changed = _changed(sent) if sent.source else _said(sent)
    visible = _visible(stored, changed)
    if changed and not visible:
        return LostAnswerVerdict.UNKNOWN
    if _agrees(sent, stored, visible):
        return LostAnswerVerdict.DONE
    if sent.source and _agrees(from_wire(type(sent), sent.source), stored, visible):
        return LostAnswerVerdict.NOT_DONE
    return LostAnswerVerdict.UNKNOWN


def after_delete(stored: object) -> LostAnswerVerdict:
    """Judge a deletion by the record found under the key: done if there is none."""
    return LostAnswerVerdict.NOT_DONE if stored else LostAnswerVerdict.DONE


def after_set(wanted: object, current: object) -> LostAnswerVerdict:
    """Judge a replacement, which may safely be repeated, by the current value."""
    if isinstance(wanted, Record) and isinstance(current, Record):
        same = _agrees(wanted, current, shape_of(type(wanted)).wire_names)
    else:
        same = _same(wanted, current)
    return LostAnswerVerdict.DONE if same else LostAnswerVerdict.NOT_DONE


def is_like(sent: Record, stored: Record) -> bool:
    """Return whether a stored record has all non-empty values of a sent one, compared as by ``_same``."""
    return _agrees(sent, stored, _said(sent))


def find_like(sent: R, found: Iterable[R]) -> R | None:
    """Return the stored record that resembles a sent one, the latest of several; its id is assigned by the server."""
    return max(all_like(sent, found), key=lambda one: int(getattr(one, "id", 0)), default=None)


def all_like(sent: R, found: Iterable[R]) -> list[R]:
    """Return all stored records that resemble a sent one."""
    return [stored for stored in found if is_like(sent, stored)]


def _said(sent: Record) -> frozenset[str]:
    return frozenset(name for name in shape_of(type(sent)).wire_names if getattr(sent, name))


def _changed(sent: Record) -> frozenset[str]:
    before = from_wire(type(sent), sent.source)
    return frozenset(name for name in shape_of(type(sent)).wire_names if getattr(sent, name) != getattr(before, name))


def _visible(stored: Record, names: frozenset[str]) -> frozenset[str]:
    """Return the names of fields without the secrets that NGNPro does not return."""
    return names - {name for name in shape_of(type(stored)).secrets if not getattr(stored, name)}


def _agrees(sent: Record, stored: Record, names: Iterable[str]) -> bool:
    return all(_same(getattr(sent, name), getattr(stored, name)) for name in names)


def _same(sent: Any, stored: Any) -> bool:
    """Return whether two values are equal, ignoring what a server may change: case, outer blanks, order of lists."""
    if isinstance(sent, Record) and isinstance(stored, Record):
        return is_like(sent, stored)
    if isinstance(sent, tuple) and isinstance(stored, tuple):
        return len(sent) == len(stored) and all(any(_same(item, other) for other in stored) for item in sent)
    if isinstance(sent, str) and isinstance(stored, str):
        return sent.strip().casefold() == stored.strip().casefold()
    return bool(sent == stored)
