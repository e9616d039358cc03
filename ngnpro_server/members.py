"""Members of wire records that map to one column each: checked when they are read, written back unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ngnpro_server.faults import invalid

from .call import Record
from .values import Check, fold


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a wire record and the column that stores it.

    ``default`` is stored when a new record lacks the member; ``key`` names the column that stores the text for
    searching, which ``fold`` makes.
    """

    wire: str
    column: str
    check: Check
    default: Any = ""
    key: str = ""
    fold: Callable[[str], str] = fold


def read_members(members: Iterable[Member], record: Record, *, adding: bool) -> dict[str, Any]:
    """Convert a wire record to column values. Raises VALUE_INVALID with the name of the member.

    A member that is absent or null gets its default in a new record and is left unchanged in an update.
    """
    values: dict[str, Any] = {}
    for member in members:
        value = record.get(member.wire)
        if value is None:
            if not adding:
                continue
            value = member.default
        values[member.column] = checked(member.wire, member.check, value)
        if member.key:
            values[member.key] = member.fold(values[member.column])
    return values


def changed_members(
    members: Iterable[Member], before: Mapping[Any, Any] | None, columns: Mapping[str, Any]
) -> list[str]:
    """Return the wire names of the members that ``columns`` change; in a new record, of those with no default value."""
    return [
        member.wire
        for member in members
        if member.column in columns
        and columns[member.column] != (member.default if before is None else before[member.column])
    ]


def write_members(members: Iterable[Member], row: Mapping[Any, Any]) -> Record:
    """Convert a row to the members of a wire record."""
    return {member.wire: row[member.column] for member in members}


def checked(wire: str, check: Check, value: Any) -> Any:
    """Apply a check and return the value to store. Raises VALUE_INVALID with the member's wire name."""
    try:
        return check(value)
    except ValueError as error:
        raise invalid(wire, f"{error}.") from None
