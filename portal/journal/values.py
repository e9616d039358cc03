"""The changes between two states of a record, for the journal: plain values by wire name, without secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from portal.core.resources import NEVER_WRITTEN
from portal.core.writes import State
from portal.ngnpro.records.base import SECRET_NAME, Record, shape_of

HASHES = {"ha1": "password", "ha1b": "password"}
LONGEST = 70_000
# values of these types contain nothing, so that no more questions have to be asked about them
_SIMPLE = frozenset({str, int, bool, float, type(None)})
# the most characters that JSON writes for one
_JSON_CHARACTER = len("\\ud83d\\ude00")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A secret while it is compared: its members by wire name. It is never stored, neither in clear nor as a hash."""

    members: Mapping[str, Any] = field(repr=False)

    def has_news_for(self, earlier: Hidden | None) -> bool:
        """Return whether any member differs from the earlier secret; members missing now do not count."""
        known = earlier.members if earlier else {}
        return any(value != known.get(name) for name, value in self.members.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChange:
    """A member before and after, by its wire name; for a secret, only whether it was set.

    Properties, and other lists of names with values, have a change for each name: ``properties.language``. ``None``
    means that the member did not exist. ``cut``: a value was too long to be stored.
    """

    field: str
    before: Any = None
    after: Any = None
    secret: bool = False
    cut: bool = False

    def as_json(self) -> dict[str, Any]:
        marks = {name: True for name in ("secret", "cut") if getattr(self, name)}
        return {"field": self.field, "before": self.before, "after": self.after, **marks}


def changes_of(
    before: State | None, after: State | None, stored: State | None, skip: frozenset[str]
) -> list[MemberChange]:
    """List the changes of a write, from ``before`` to what NGNPro stored, or to what was sent if that is unknown.

    ``skip`` are members, by wire name, that NGNPro sets itself.
    """
    was, sent, kept = members_of(before), members_of(after), members_of(stored)
    if after is None and isinstance(before, Record):
        was |= {name: Hidden({name: True}) for name in before.extra}
    now = sent if stored is None else kept
    if before is None or after is None:
        was, now = without_defaults(before, was), without_defaults(after, now)
    found = []
    unwritten = skip | NEVER_WRITTEN
    for name in {**was, **now, **sent}:
        if name in unwritten or _stays(was.get(name), sent.get(name), now.get(name)):
            continue
        hidden = [value if isinstance(value := state.get(name), Hidden) else None for state in (was, sent, kept)]
        if any(hidden):
            stays_if_empty = after is not None and stored is None and "." not in name
            found.append(_secret_change(name, *hidden, stays_if_empty=stays_if_empty))
        elif name in was or name in now:
            found.append(_change(name, was.get(name), now.get(name)))
    return [change for change in found if change is not None]


def _stays(was: Any, sent: Any, now: Any) -> bool:
    """Return whether a member did not change and is no secret, as most are, so that no more has to be asked."""
    return type(was) in _SIMPLE and type(now) in _SIMPLE and was == now and type(sent) is not Hidden


def _secret_change(
    name: str, was: Hidden | None, sent: Hidden | None, kept: Hidden | None, *, stays_if_empty: bool
) -> MemberChange | None:
    """Return the change of a secret, by what NGNPro returned, else by what was sent; ``None`` if it did not change.

    NGNPro keeps a secret that an update leaves empty (contract: Passwords), but not a property that it leaves out.
    """
    now = kept or sent
    if now is None:
        return None if stays_if_empty else MemberChange(field=name, before=True, after=False, secret=True)
    if not now.has_news_for(was):
        return None
    return MemberChange(field=name, before=was is not None, after=True, secret=True)


def members_of(state: State | None) -> dict[str, Any]:
    """Map the wire names of a record's members to plain values, or to ``Hidden`` for secrets; without empty secrets."""
    if state is None:
        return {}
    found: dict[str, Any] = {}
    for name, value, secret in _declared(state):
        if secret or _sounds_secret(name) or _holds_secret(value):
            shown = HASHES.get(name, name)
            if value:
                found[shown] = Hidden({**(found[shown].members if shown in found else {}), name: value})
        else:
            found[name] = plain_value(value)
    return found


@lru_cache(maxsize=4096)
def _sounds_secret(name: str) -> bool:
    return SECRET_NAME.search(name) is not None


def _declared(state: State) -> Iterator[tuple[str, Any, bool]]:
    """Yield the name, value and declared secrecy of each member; each property of a list separately."""
    if not isinstance(state, Record):
        yield from ((name, value, False) for name, value in state.items())
        return
    shape = shape_of(type(state))
    for name, wire_name in shape.wire_names.items():
        value = getattr(state, name)
        if is_properties(value):
            for entry in value:
                yield f"{wire_name}.{entry.name}", entry, False
        else:
            yield wire_name, value, name in shape.secrets


def is_properties(value: Any) -> bool:
    """Return whether a value is a list of names with values, such as an account's properties."""
    return (
        isinstance(value, tuple)
        and bool(value)
        and all(hasattr(one, "name") and hasattr(one, "value") for one in value)
    )


def _holds_secret(value: Any) -> bool:
    """Return whether a value contains a secret at any depth."""
    if type(value) in _SIMPLE:
        return False
    if isinstance(value, Record):
        shape = shape_of(type(value))
        return any(
            bool(getattr(value, name)) and (name in shape.secrets or _holds_secret(getattr(value, name)))
            for name in shape.wire_names
        )
    return isinstance(value, tuple | list) and any(_holds_secret(item) for item in value)


def plain_value(value: Any) -> Any:
    """Return a value in a form that JSON supports: records by wire names, bytes such as sound only as their size."""
    if type(value) in _SIMPLE:
        return value
    if isinstance(value, Record):
        names = shape_of(type(value)).wire_names
        return {
            wire: plain_value(getattr(value, name)) for name, wire in names.items() if getattr(value, name) is not None
        }
    if isinstance(value, tuple | list):
        return [plain_value(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): plain_value(item) for name, item in value.items()}
    if isinstance(value, bytes):
        return {"bytes": len(value)}
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)


def without_defaults(state: State | None, members: dict[str, Any]) -> dict[str, Any]:
    """Return the members whose values differ from the defaults of a new record."""
    if not isinstance(state, Record):
        return members
    defaults = _defaults_of(type(state))
    return {name: value for name, value in members.items() if name not in defaults or value != defaults[name]}


def _defaults_of(record: type[Any]) -> Mapping[str, Any]:
    """Return the defaults of a record by wire name, as plain values; they are converted once per kind of record."""
    known = _DEFAULTS.get(record)
    if known is None:
        shape = shape_of(record)
        known = {shape.wire_names[name]: plain_value(default) for name, default in shape.defaults.items()}
        _DEFAULTS[record] = known
    return known


_DEFAULTS: dict[type[Any], Mapping[str, Any]] = {}


def is_same_value(one: Any, other: Any) -> bool:
    """Return whether two plain values are equal, ignoring the order of lists."""
    if type(one) is list and type(other) is list:
        return sorted(map(_text, one)) == sorted(map(_text, other))
    return bool(one == other)


def _change(name: str, before: Any, after: Any) -> MemberChange | None:
    if is_same_value(before, after):
        return None
    cut = _is_too_long(before) or _is_too_long(after)
    return MemberChange(field=name, cut=True) if cut else MemberChange(field=name, before=before, after=after)


def _is_too_long(value: Any) -> bool:
    if type(value) in _SIMPLE and len(str(value)) * _JSON_CHARACTER < LONGEST:
        return False
    return len(_text(value)) > LONGEST


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
