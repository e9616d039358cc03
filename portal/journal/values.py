"""What changed between two states of a record, for the journal: plain values by wire names, without secrets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.core.writes import State
from portal.ngnpro.records.base import Record, shape_of

from .kinds import NEVER_WRITTEN

# Beside what records declare to be secret: names of properties, and of members of other servers.
SECRET_NAME = re.compile(r"passw|secret|token|(private|api)_?key|(^|[_.])(pin|ha1b?)$", re.IGNORECASE)
HASHES = {"ha1": "password", "ha1b": "password"}
LONGEST = 70_000


@dataclass(frozen=True, slots=True)
class Hidden:
    """A secret, while it is compared. It is never kept: not in clear, not as a hash."""

    value: Any = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One member before and after, by its wire name; of a secret only whether there was one and is one.

    Properties, and other lists of names with values, have a change for each name: ``properties.language``. ``None`` is
    for what is not there. A value that is too long to be kept is ``cut``.
    """

    field: str
    before: Any = None
    after: Any = None
    secret: bool = False
    cut: bool = False

    def as_json(self) -> dict[str, Any]:
        marks = {name: True for name in ("secret", "cut") if getattr(self, name)}
        return {"field": self.field, "before": self.before, "after": self.after, **marks}


def changes_of(before: State | None, after: State | None, stored: State | None, skip: frozenset[str]) -> list[Change]:
    """List what a write changes: from ``before`` to what NGNPro stored, or to what was sent where it does not say.

    ``skip``: members, by wire name, that NGNPro fills in itself.
    """
    was, now = members_of(before), members_of(stored if stored is not None else after)
    sent = members_of(after)
    now = {name: value for name, value in now.items() if not isinstance(value, Hidden)}
    now |= {name: value for name, value in sent.items() if isinstance(value, Hidden)}
    if after is None and isinstance(before, Record):
        was |= {name: Hidden(True) for name in before.extra}
    if before is None or after is None:
        was, now = without_defaults(before, was), without_defaults(after, now)
    names = [name for name in {**was, **now} if name not in skip | NEVER_WRITTEN]
    return [_change(name, was.get(name), now.get(name)) for name in names if not same(was.get(name), now.get(name))]


def members_of(state: State | None) -> dict[str, Any]:
    """Take a record apart: plain values by wire name, secrets hidden, an empty secret left out."""
    if state is None:
        return {}
    found: dict[str, Any] = {}
    for name, value, secret in _declared(state):
        name = HASHES.get(name, name)
        if secret or SECRET_NAME.search(name) or _holds_secret(value):
            if value and name not in found:
                found[name] = Hidden(value)
        else:
            found[name] = plain(value)
    return found


def _declared(state: State) -> Iterator[tuple[str, Any, bool]]:
    """Name each member with its value, and whether it is declared to be secret; lists of properties one by one."""
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
    """Tell whether a value is a list of names with values, such as an account's properties."""
    return (
        isinstance(value, tuple)
        and bool(value)
        and all(hasattr(one, "name") and hasattr(one, "value") for one in value)
    )


def _holds_secret(value: Any) -> bool:
    """Tell whether a secret lies anywhere inside a value."""
    if isinstance(value, Record):
        shape = shape_of(type(value))
        return any(
            bool(getattr(value, name)) and (name in shape.secrets or _holds_secret(getattr(value, name)))
            for name in shape.wire_names
        )
    return isinstance(value, tuple | list) and any(_holds_secret(item) for item in value)


def plain(value: Any) -> Any:
    """Turn a value into what JSON can hold; records by wire names, sound and other bytes only by their size."""
    if isinstance(value, Record):
        names = shape_of(type(value)).wire_names
        return {wire: plain(getattr(value, name)) for name, wire in names.items() if getattr(value, name) is not None}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return {"bytes": len(value)}
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)


def without_defaults(state: State | None, members: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a new record of the kind says by itself."""
    if not isinstance(state, Record):
        return members
    shape = shape_of(type(state))
    defaults = {shape.wire_names[name]: plain(default) for name, default in shape.defaults.items()}
    return {name: value for name, value in members.items() if name not in defaults or value != defaults[name]}


def same(one: Any, other: Any) -> bool:
    """Compare two plain values; a list's order does not count."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(_text, one)) == sorted(map(_text, other))
    return bool(one == other)


def _change(name: str, before: Any, after: Any) -> Change:
    if isinstance(before, Hidden) or isinstance(after, Hidden):
        return Change(field=name, before=before is not None, after=after is not None, secret=True)
    cut = max(len(_text(before)), len(_text(after))) > LONGEST
    return Change(field=name, cut=True) if cut else Change(field=name, before=before, after=after)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
