"""Conversion of records to plain data and back, driven by the fields of the records and the types of the WSDL."""

from __future__ import annotations

import base64
import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias, TypeVar

from ngnpro_wire.facts.truth import is_true
from ngnpro_wire.schema import Array, Scalar, Type

from .records.base import Filter, Record, shape_of

T = TypeVar("T", bound=Record)
Read: TypeAlias = Callable[[Any], Any]
Put: TypeAlias = Callable[[Any, Any], None]
Plan: TypeAlias = tuple[tuple[Put, str, Read, Any], ...]

_WHOLE = frozenset({"int", "integer", "long", "short", "byte", "unsignedInt", "unsignedLong", "nonNegativeInteger"})
_BROKEN = frozenset({"float", "double", "decimal"})
_BINARY = frozenset({"base64Binary", "base64"})


def from_wire(record: type[T], data: Mapping[str, Any], source: Mapping[str, Any] | None = None) -> T:
    """Build a record from an answer of NGNPro; absent and nil members get the field's default, or an empty value.

    ``source`` is the record's ``source`` if that is not ``data``.

    Raises ``ValueError`` if the value of a member cannot be converted to the type of its field.
    """
    # Set the slots directly: the __init__ of a frozen dataclass takes twice as long, which matters for long lists.
    made = record.__new__(record)
    _put_source(made, data if source is None else source)
    for put, wire_name, read, default in _PLANS.get(record) or _plan(record):
        value = data.get(wire_name)
        if value is None:
            put(made, default)
        elif read is _read_text and type(value) is str:
            put(made, value)
        else:
            put(made, read(value))
    return made


def to_wire(value: Any, type_: Type) -> Any:
    """Return plain data that fits a WSDL type; members that the type lacks are left out, ``None`` means nil."""
    if value is None:
        return None
    if isinstance(type_, Array):
        return [to_wire(item, type_.item) for item in value]
    if isinstance(type_, Scalar):
        return _scalar(value, type_.name)
    members = members_of(value)
    return {name: to_wire(members[name], member) for name, member in type_.fields.items() if name in members}


def members_of(value: Any) -> Mapping[str, Any]:
    """Return the wire members of a record, a query or a mapping, one level deep.

    An edited record sends the members that came from NGNPro, overwritten by its changed fields. A new record
    leaves out empty fields, and a filter leaves out fields at their default, unless the field is declared with
    ``always``.
    """
    if not dataclasses.is_dataclass(value):
        return typing.cast(Mapping[str, Any], value)
    if isinstance(value, Record) and value.source:
        return _edited(value)
    shape = shape_of(type(value))
    says = _says_as_filter if isinstance(value, Filter) else _says_as_new if isinstance(value, Record) else _says
    contents = [(name, wire_name, getattr(value, name)) for name, wire_name in shape.wire_names.items()]
    return {
        wire_name: content
        for name, wire_name, content in contents
        if name in shape.always or says(content, shape.defaults[name])
    }


def _says(content: Any, _default: Any) -> bool:
    return content is not None


def _says_as_new(content: Any, default: Any) -> bool:
    return bool(content) or (default is None and content is not None)


def _says_as_filter(content: Any, default: Any) -> bool:
    return content != default and _says_as_new(content, default)


def _edited(record: Record) -> dict[str, Any]:
    members = dict(record.source)
    at_first = from_wire(type(record), record.source)
    for name, wire_name in shape_of(type(record)).wire_names.items():
        value = getattr(record, name)
        if value == getattr(at_first, name):
            continue
        if value is None:
            members.pop(wire_name, None)
        else:
            members[wire_name] = value
    return members


def _scalar(value: Any, name: str) -> Any:
    if name == "boolean":
        return _read_bool(value)
    if name in _WHOLE:
        return _read_int(value)
    if name in _BROKEN:
        return float(value)
    if name in _BINARY:
        return value if isinstance(value, bytes) else base64.b64decode(value, validate=True)
    return value if isinstance(value, str | bytes) else str(value)


def _plan(record: type[Any]) -> Plan:
    """Return for each field its setter, its wire name, its reader, and its value if the member is absent."""
    hints, shape = typing.get_type_hints(record), shape_of(record)
    plan = _PLANS[record] = tuple(
        (
            getattr(record, name).__set__,
            wire_name,
            shape.readers.get(name) or _reader(hints[name]),
            shape.defaults[name] if name in shape.defaults else _empty(hints[name]),
        )
        for name, wire_name in shape.wire_names.items()
    )
    return plan


def _reader(hint: Any) -> Read:
    if isinstance(hint, types.UnionType):
        hint = next(choice for choice in typing.get_args(hint) if choice is not types.NoneType)
    if typing.get_origin(hint) is tuple:
        item = _reader(typing.get_args(hint)[0])
        return lambda values: tuple([item(value) for value in values if value is not None])
    if hint in _READERS:
        return _READERS[hint]
    return partial(from_wire, hint)


def _empty(hint: Any) -> Any:
    """Return an empty value for a field that has no default."""
    if typing.get_origin(hint) is tuple:
        return ()
    return hint() if hint in _READERS else from_wire(hint, {})


def _read_text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _read_int(value: Any) -> int:
    return int(value.strip() or 0) if isinstance(value, str) else int(value)


def _read_float(value: Any) -> float:
    return float(value.strip() or 0) if isinstance(value, str) else float(value)


def _read_bool(value: Any) -> bool:
    return is_true(value) if isinstance(value, str) else bool(value)


_READERS: dict[Any, Read] = {str: _read_text, int: _read_int, float: _read_float, bool: _read_bool}
_PLANS: dict[type[Any], Plan] = {}
_put_source: Put = vars(Record)["source"].__set__
