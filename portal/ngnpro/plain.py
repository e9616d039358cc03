"""Checks and help texts for the plain data that the operations of a WSDL take and return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ngnpro_wire.schema import Array, Operation, Scalar, Struct, Type

_PYTHON = {"int": "int", "integer": "int", "long": "int", "boolean": "bool", "float": "float", "double": "float"}
_PYTHON |= {"base64Binary": "bytes"}


def check_plain_data(value: Any, type_: Type, where: str) -> None:
    """Raise ``TypeError`` for a member that the WSDL lacks or a value that is no dict or list where it must be one."""
    if isinstance(type_, Struct) and value is not None:
        if not isinstance(value, Mapping):
            raise TypeError(f"{where} must be a dict, not {type(value).__name__}.")
        for name, member in value.items():
            if name not in type_.fields:
                raise TypeError(f"{where} has no member {name!r}; it has {', '.join(type_.fields)}.")
            check_plain_data(member, type_.fields[name], f"{where}.{name}")
    elif isinstance(type_, Array) and value is not None:
        if not isinstance(value, list | tuple):
            raise TypeError(f"{where} must be a list, not {type(value).__name__}.")
        for number, item in enumerate(value):
            check_plain_data(item, type_.item, f"{where}[{number}]")


def type_hint(type_: Type) -> str:
    """Return the Python name of a type; a struct has its own name."""
    if isinstance(type_, Array):
        return f"list[{type_hint(type_.item)}]"
    return _PYTHON.get(type_.name, "str") if isinstance(type_, Scalar) else type_.name


def describe_call(operation: Operation) -> str:
    """Return the help text of an operation: what it does, and the members of its structs."""
    text = [operation.documentation or f"Call {operation.name}."]
    structs: dict[str, Struct] = {}
    for type_ in (*operation.inputs.values(), operation.output):
        _collect(type_, structs)
    for struct in structs.values():
        members = ", ".join(f"{name}: {type_hint(member)}" for name, member in struct.fields.items())
        text.append(f"{struct.name} is a dict of {members}.")
    return "\n\n".join(text)


def _collect(type_: Type | None, structs: dict[str, Struct]) -> None:
    if isinstance(type_, Array):
        _collect(type_.item, structs)
    elif isinstance(type_, Struct) and type_.name not in structs:
        structs[type_.name] = type_
        for member in type_.fields.values():
            _collect(member, structs)
