"""Values of records as JSON and back, and their JSON Schemas, from the types of the records' fields.

A record is one flat object with the columns of its spreadsheets as members, by wire name. An address is a text, a list
of names with values is an object, and any other record inside a list is an object with its members by wire name.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any

from portal.core.file_entries import types_of
from portal.core.spreadsheets import QUOTE
from portal.ngnpro.records import SipId
from portal.ngnpro.records.base import SECRET_NAME, Record, shape_of

SCALARS: Mapping[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", SipId: "string"}


def is_named_value(kind: Any) -> bool:
    """Return whether a record is a name with a value, such as a property."""
    return isinstance(kind, type) and issubclass(kind, Record) and {"name", "value"} <= set(shape_of(kind).wire_names)


def to_json(value: Any) -> Any:
    """Return a value of a record as JSON has it, without secrets."""
    if isinstance(value, SipId):
        return str(value)
    if isinstance(value, Record):
        return object_of(value)
    if isinstance(value, tuple | list):
        if value and is_named_value(type(value[0])):
            return {one.name: one.value for one in value if not SECRET_NAME.search(one.name)}
        return [to_json(one) for one in value]
    return value


def object_of(record: Record) -> dict[str, Any]:
    """Return a record as an object with its members by wire name, without secrets."""
    shape = shape_of(type(record))
    return {
        wire: _listed(type(record), name, getattr(record, name))
        for name, wire in shape.wire_names.items()
        if name not in shape.secrets
    }


def _listed(record: type[Record], name: str, value: Any) -> Any:
    """Return a member as JSON; an empty list of names with values is an empty object, too."""
    kind = types_of(record)[name]
    if value == () and is_named_value(item_of(kind)):
        return {}
    return to_json(value)


def item_of(kind: Any) -> Any:
    """Return the type of the items of a list; ``None`` for what is no list."""
    return typing.get_args(kind)[0] if typing.get_origin(kind) is tuple else None


def schema_of(kind: Any) -> dict[str, Any]:
    """Return the JSON Schema of the values of a type."""
    if isinstance(kind, UnionType):
        inner = next(one for one in typing.get_args(kind) if one is not NoneType)
        return {"anyOf": [schema_of(inner), {"type": "null"}]}
    if item := item_of(kind):
        if is_named_value(item):
            return {"type": "object", "additionalProperties": {"type": "string"}}
        return {"type": "array", "items": schema_of(item)}
    if kind in SCALARS:
        return {"type": SCALARS[kind]}
    names, types, secrets = shape_of(kind).wire_names, types_of(kind), shape_of(kind).secrets
    members = {
        wire: schema_of(types[name]) | ({"writeOnly": True} if name in secrets else {}) for name, wire in names.items()
    }
    return {"type": "object", "properties": members, "additionalProperties": False}


def from_json(kind: Any, value: Any, where: str = "") -> Any:
    """Return a value of a type from JSON; raises ``ValueError`` with the place of a value of another type."""
    if isinstance(kind, UnionType):
        inner = next(one for one in typing.get_args(kind) if one is not NoneType)
        return None if value is None else from_json(inner, value, where)
    if item := item_of(kind):
        if is_named_value(item) and isinstance(value, dict):
            value = [{"name": name, "value": text} for name, text in value.items()]
        if not isinstance(value, list):
            raise ValueError(where)
        return tuple(from_json(item, one, f"{where}/{at}") for at, one in enumerate(value))
    if kind is SipId and isinstance(value, str):
        return SipId.parse(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind in SCALARS:
        if type(value) is not kind:
            raise ValueError(where)
        return value
    return _record_from_json(kind, value, where)


def _record_from_json(kind: type[Record], value: Any, where: str) -> Record:
    names, types = shape_of(kind).wire_names, types_of(kind)
    if not isinstance(value, dict) or not set(value) <= set(names.values()):
        raise ValueError(where)
    found = {
        name: from_json(types[name], value[wire], f"{where}/{wire}") for name, wire in names.items() if wire in value
    }
    if missing := [names[name] for name in names if name not in shape_of(kind).defaults and name not in found]:
        raise ValueError(f"{where}/{missing[0]}")
    return kind(**found)


def cell_of(value: Any) -> str:
    """Return a value of JSON as a cell of a spreadsheet has it, so that both are read alike.

    Raises ``ValueError`` for an object or list where a spreadsheet has none.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, dict):
        return ";".join(_quoted(f"{name}={_plain(text)}") for name, text in value.items() if text is not None)
    if isinstance(value, list):
        return ";".join(_quoted(_item(one)) for one in value)
    raise ValueError(value)


def _item(value: Any) -> str:
    return " ".join(_plain(one) for one in value.values()) if isinstance(value, dict) else _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, dict | list | None.__class__):
        raise ValueError(value)
    return cell_of(value)


def _quoted(text: str) -> str:
    return f'"{text.replace(QUOTE, QUOTE + QUOTE)}"'


def replace_member(record: Any, name: str, value: Any) -> Any:
    """Return a record with another value of a field."""
    return dataclasses.replace(record, **{name: value})
