"""A complete value of every WSDL type: all members, two items in every list."""

from __future__ import annotations

from typing import Any

from ngnpro_wire.schema import Array, Scalar, Type

SCALARS = {"string": 'Zoë <b> & "c"', "int": 7, "boolean": True, "float": -12.34, "base64Binary": b"RIFF\x00\xff"}


def sample(type_: Type) -> Any:
    """Build the value of a type."""
    if isinstance(type_, Scalar):
        return SCALARS[type_.name]
    if isinstance(type_, Array):
        return [sample(type_.item), sample(type_.item)]
    return {name: sample(member) for name, member in type_.fields.items()}
