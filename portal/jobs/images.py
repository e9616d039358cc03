"""Records as sealed text: the state that a plan read, the state that it wants, and the state that NGNPro stored.

The state that was read keeps ``Record.source``, by which an update is refused if the record has changed since.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from portal.core.rooms import resource_of
from portal.core.sealing import seal, unseal
from portal.ngnpro.codec import from_wire
from portal.ngnpro.records.base import Record, shape_of

# json.dumps makes an encoder for each call that has a default.
_JSON = json.JSONEncoder(default=str, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Image:
    """The states of a record before and after a row, and what was asked for it (``item``), e.g. cells of a file."""

    before: Any = None
    after: Any = None
    item: Any = None

    def sealed(self) -> str:
        """Return the image as sealed text."""
        before, after = _data_of(self.before), _data_of(self.after)
        return seal(_JSON.encode({"before": before, "after": after, "item": self.item}))


def image_of(kind: str, sealed: str) -> Image:
    """Return the image of a row; empty if it cannot be decrypted."""
    data = json.loads(unseal(sealed) or "{}") if sealed else {}
    record = resource_of(kind).record
    before = _record_of(record, data.get("before"))
    after = _record_of(record, data.get("after"))
    if isinstance(before, Record) and after is not None and not after.source:
        after = replace(after, source=before.source)
    return Image(before, after, data.get("item"))


def _data_of(record: Record | Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a record as data: the members as NGNPro sent them, and the fields that differ from them, by wire name.

    A part of a record that is a mapping, such as rejected callers, is its fields.
    """
    if record is None:
        return None
    if isinstance(record, Record):
        source = _plain(record.source)
        return {"source": source if record.was_read else None, "fields": _fields_of(record, source)}
    return {"source": None, "fields": _plain(record)}


def _fields_of(record: Record, source: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields by wire name, without those that follow from ``source`` (``from_wire``)."""
    shape, fields = shape_of(type(record)), {}
    for name, wire in shape.wire_names.items():
        value = getattr(record, name)
        if wire in source:
            value = _plain(value)
            if value != source[wire]:
                fields[wire] = value
        elif name not in shape.defaults or value != shape.defaults[name]:
            fields[wire] = _plain(value)
    return fields


def _plain(value: Any) -> Any:
    if value is None or type(value) in (str, int, bool):
        return value
    if isinstance(value, Record):
        # whole: what is missing here would not be sent, because a part has all of this as its source when it is read
        names = shape_of(type(value)).wire_names
        return {**_plain(value.source), **{wire: _plain(getattr(value, name)) for name, wire in names.items()}}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, (dict, Mapping)):  # a dict first, because asking an abstract class takes longest
        return {name: _plain(item) for name, item in value.items()}
    return value


def _record_of(record: type[Record] | None, data: dict[str, Any] | None) -> Any:
    if data is None:
        return None
    if record is None:
        fields = data["fields"].items()
        return {name: tuple(value) if isinstance(value, list) else value for name, value in fields}
    source = data["source"] or {}
    return from_wire(record, {**source, **data["fields"]}, source)
