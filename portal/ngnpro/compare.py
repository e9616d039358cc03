"""Comparison of another server's WSDL with ours: operations, members and their types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ngnpro_wire.schema import Array, Scalar, Schema, Struct, Type


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between two WSDLs.

    ``kind``: ``missing`` (only ours has it), ``additional`` (only theirs has it), or ``different``.
    ``what``: ``Sip.getRoutes`` for an operation, ``SipAccount.region`` for a member of our type of that name.
    ``ours`` and ``theirs``: types, where they differ.
    """

    kind: Literal["missing", "additional", "different"]
    what: str
    ours: str = ""
    theirs: str = ""

    def __str__(self) -> str:
        if self.kind == "different":
            return f"{self.what}: ours is {self.ours}, theirs {self.theirs}"
        return f"{self.what}: {self.kind}"


def counterpart_structs(ours: Schema, theirs: Schema) -> dict[str, Struct]:
    """Return for each of our structs the one that the other schema uses in the same operations, whatever its name."""
    found: dict[str, Struct] = {}
    for key, operation in ours.operations.items():
        other = theirs.operations.get(key)
        if other is not None:
            for name, type_ in operation.inputs.items():
                _pair(type_, other.inputs.get(name), found)
            _pair(operation.output, other.output, found)
    return found


def list_differences(ours: Schema, theirs: Schema) -> list[Difference]:
    """List the differences, operations first, then members, each in alphabetical order; names of types are ignored."""
    mine = {f"{operation.port}.{operation.name}" for operation in ours.operations.values()}
    other = {f"{operation.port}.{operation.name}" for operation in theirs.operations.values()}
    listed = [Difference("missing", name) for name in sorted(mine - other)]
    listed += [Difference("additional", name) for name in sorted(other - mine)]
    for name, struct in sorted(counterpart_structs(ours, theirs).items()):
        known = ours.types[name]
        if isinstance(known, Struct):
            listed += _member_differences(known, struct)
    return listed


def _member_differences(ours: Struct, theirs: Struct) -> Iterator[Difference]:
    for name in sorted(ours.fields.keys() | theirs.fields.keys()):
        what = f"{ours.name}.{name}"
        if name not in theirs.fields:
            yield Difference("missing", what)
        elif name not in ours.fields:
            yield Difference("additional", what)
        elif _kind(ours.fields[name]) != _kind(theirs.fields[name]):
            yield Difference("different", what, _kind(ours.fields[name]), _kind(theirs.fields[name]))


def _kind(type_: Type) -> str:
    if isinstance(type_, Array):
        return f"array of {_kind(type_.item)}"
    return type_.name if isinstance(type_, Scalar) else "struct"


def _pair(ours: Type | None, theirs: Type | None, found: dict[str, Struct]) -> None:
    if isinstance(ours, Array) and isinstance(theirs, Array):
        _pair(ours.item, theirs.item, found)
    elif isinstance(ours, Struct) and isinstance(theirs, Struct) and ours.name not in found:
        found[ours.name] = theirs
        for name, member in ours.fields.items():
            _pair(member, theirs.fields.get(name), found)
