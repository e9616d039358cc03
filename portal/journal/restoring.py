"""Restoring the state of a record before a change, from the plain values in the journal."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from portal.ngnpro.codec import from_wire
from portal.ngnpro.records.base import Record, shape_of

from .values import MemberChange


def as_before(record: type[Record], current: Record | None, changes: Iterable[MemberChange]) -> Record:
    """Return the current record with the values before a change, or a new record if ``current`` is ``None``.

    Secrets, and values that were too long for the journal, are not changed.
    """
    kept = [change for change in changes if not change.secret and not change.cut]
    plain = {change.field: change.before for change in kept if "." not in change.field and change.before is not None}
    made = from_wire(record, plain)
    if current is None:
        current = replace(made, source={})
    python_names = {wire: name for name, wire in shape_of(record).wire_names.items()}
    values = {
        python_names[change.field]: getattr(made, python_names[change.field])
        for change in kept
        if change.field in python_names
    }
    for wire_name in {change.field.partition(".")[0] for change in kept if "." in change.field}:
        name = python_names[wire_name]
        mine = {c.field.partition(".")[2]: c.before for c in kept if c.field.startswith(f"{wire_name}.")}
        values[name] = _properties(record, name, getattr(current, name), mine)
    return replace(current, **values)


def _properties(
    record: type[Record], name: str, current: tuple[Any, ...], befores: Mapping[str, Any]
) -> tuple[Any, ...]:
    """Return the current properties with some replaced by earlier ones; ``None`` removes one."""
    item = typing.get_args(typing.get_type_hints(record)[name])[0]
    others = tuple(entry for entry in current if entry.name not in befores)
    return (
        *others,
        *(replace(from_wire(item, before), source={}) for before in befores.values() if before is not None),
    )
