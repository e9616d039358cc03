"""Parsing of a call's arguments from a shell: ``filter.domain=ex%`` becomes plain data of the WSDL's types."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import Any

from ngnpro_wire.schema import Array, Operation, Scalar, Struct, Type

_FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def parse_arguments(operation: Operation, words: Iterable[str]) -> dict[str, Any]:
    """Build the arguments of a call from ``key=value`` words; raise ``ValueError`` for an invalid one.

    Dots in a key separate the levels: ``account.id.username``. If an operation takes a single struct, its name
    may be left out: ``id.username``. Items of lists are counted from 0: ``properties.0.name``. A list of plain
    values may also be written with commas: ``groups=a,b``; ``groups=`` is an empty list.
    """
    parts: dict[str, Any] = {}
    for word in words:
        key, equals, text = word.partition("=")
        if not equals or not key:
            raise ValueError(f"{word!r} is not of the form key=value.")
        path = _whole(operation, key.split("."))
        _put(parts, Struct(operation.name, dict(operation.inputs)), path, text, key)
    return {name: _as_lists(part) for name, part in parts.items()}


def arguments_from_json(operation: Operation, members: Mapping[str, Any]) -> dict[str, Any]:
    """Return a call's arguments from a JSON object that holds the arguments, or the members of the only one."""
    part = _only_struct(operation)
    if part and members and not isinstance(members.get(part), Mapping):
        return {part: dict(members)}
    return dict(members)


def _whole(operation: Operation, path: list[str]) -> list[str]:
    part = _only_struct(operation)
    # In addDomain, "domain" is the argument and also one of its members: only the member can have a plain value.
    return [part, *path] if part and (path[0] != part or len(path) == 1) else path


def _only_struct(operation: Operation) -> str:
    """Return the name of an operation's only argument if that is a struct, else an empty text."""
    part, type_ = next(iter(operation.inputs.items()), ("", None))
    return part if isinstance(type_, Struct) and len(operation.inputs) == 1 else ""


class _Items(dict[int, Any]):
    """A list under construction: maps the number of an item to the item."""


def _put(into: Any, type_: Type, path: list[str], text: str, key: str) -> None:
    name, *rest = path
    place, member = _place(type_, name, key)
    if not rest:
        into[place] = _value(member, text, key)
        return
    if isinstance(member, Scalar):
        raise ValueError(f"{key}: {name} is a plain value and has no members.")
    below = into.setdefault(place, _Items() if isinstance(member, Array) else {})
    _put(below, member, rest, text, key)


def _place(type_: Type, name: str, key: str) -> tuple[Any, Type]:
    if isinstance(type_, Struct) and name in type_.fields:
        return name, type_.fields[name]
    if isinstance(type_, Array) and name.isdecimal():
        return int(name), type_.item
    known = ", ".join(type_.fields) if isinstance(type_, Struct) else "numbers, counted from 0"
    raise ValueError(f"{key}: there is no {name!r} here, but {known}.")


def _value(type_: Type, text: str, key: str) -> Any:
    if isinstance(type_, Array) and isinstance(type_.item, Scalar):
        return [_value(type_.item, item.strip(), key) for item in text.split(",") if item.strip()]
    if not isinstance(type_, Scalar):
        members = ", ".join(type_.fields) if isinstance(type_, Struct) else "its items, counted from 0"
        raise ValueError(f"{key}: give its members one by one, behind a dot: {members}.")
    try:
        return _scalar(type_.name, text)
    except (KeyError, ValueError, binascii.Error):
        raise ValueError(f"{key}: {text!r} is not of the type {type_.name}.") from None


def _scalar(name: str, text: str) -> Any:
    if name == "boolean":
        return _FLAGS[text.lower()]
    if name in ("int", "integer", "long"):
        return int(text)
    if name in ("float", "double"):
        return float(text)
    return base64.b64decode(text, validate=True) if name == "base64Binary" else text


def _as_lists(value: Any) -> Any:
    if isinstance(value, _Items):
        return [_as_lists(value[number]) for number in sorted(value)]
    if isinstance(value, dict):
        return {name: _as_lists(member) for name, member in value.items()}
    return value
