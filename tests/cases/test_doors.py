"""What people type into forms, send over SOAP, put into files or on a command line is read alike.

Hypothesis makes neighbours of what is known to be right: with other marks, spaces, separators, digits and letter cases.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings

from ngnpro_server import values
from ngnpro_server.faults import Fault
from ngnpro_server.ports.enum.numbers import _read_target, read_digits
from ngnpro_wire.facts.enum_targets import TargetRefused, normal_target
from ngnpro_wire.schema import load_schema
from portal.core.bulk import ConflictRow
from portal.core.fields import DomainNameField, UsernameField
from portal.core.rooms import resource_of
from portal.enum.fields import NumberField
from portal.jobs.columns import RowReader
from portal.ngnpro.arguments import parse_arguments
from tests.cases.neighbours import neighbours

Read = Callable[[str], str]
REFUSALS = (ValidationError, ValueError, ConflictRow, Fault, TargetRefused)
SCHEMA = load_schema()


def stored(read: Read, typed: str) -> str | None:
    """Return what is stored, or ``None`` if the text is refused or empty."""
    try:
        return read(typed) or None
    except REFUSALS:
        return None


def cell(kind: str, column: str) -> Read:
    """Return the door of a file: what the import makes of a cell of this column."""
    reader = RowReader(resource_of(kind), None)  # type: ignore[arg-type]  # no column of a customer is read
    return lambda typed: str(reader._value(column, str, typed, None))


def argument(port: str, operation: str, key: str) -> Read:
    """Return the door of a command line: what is sent for ``key=`` and the text."""

    def read(typed: str) -> str:
        found = parse_arguments(SCHEMA.operation(port, operation), [f"{key}={typed}"])
        while not isinstance(found, str):
            [found] = found.values() if isinstance(found, dict) else found
        return found

    return read


# what is right, how the server reads it, and the other doors, whose result the server reads
KINDS: dict[str, tuple[tuple[str, ...], Read, dict[str, Read]]] = {
    "number": (
        ("4930901820", "+4930901820", "004930901820", "+49 (0)30 901820"),
        read_digits,
        {
            "form": lambda typed: NumberField().clean(typed),
            "file": lambda typed: cell("number", "number")(typed),
            "command": argument("Enum", "addNumber", "id.number"),
        },
    ),
    "domain": (
        ("host.example", "bücher.example", "xn--bcher-kva.example", "a.b-c.example"),
        values.domain,
        {
            "form": lambda typed: DomainNameField().clean(typed),
            "file": lambda typed: cell("domain", "domain")(typed),
            "command": argument("Sip", "addDomain", "domain"),
        },
    ),
    "username": (
        ("alice", "9901%231", "a.b-c", "+31201234567"),
        values.username,
        {
            "form": lambda typed: UsernameField().clean(typed),
            "command": argument("Sip", "addAccount", "id.username"),
        },
    ),
    "target": (
        ("sip:alice@example.com", "alice@example.com", "sips:a!b@example.com;transport=tls"),
        lambda typed: _read_target("sip", typed),
        {
            "form": lambda typed: normal_target("sip", typed),
            "command": argument("Enum", "addNumber", "mappings.0.mapto"),
        },
    ),
}


@pytest.mark.parametrize(("name", "door"), [(name, door) for name, kind in KINDS.items() for door in kind[2]])
def test_what_a_door_lets_through_is_stored_as_if_it_was_sent_over_soap(name: str, door: str) -> None:
    right, server, doors = KINDS[name]

    @settings(derandomize=True, max_examples=150, deadline=None, database=None)
    @given(neighbours(right))
    def check(typed: str) -> None:
        over_soap = stored(server, typed)
        assert stored(lambda text: server(doors[door](text)), typed) == over_soap
        if over_soap is not None:
            assert server(over_soap) == over_soap

    check()


@pytest.mark.parametrize("name", KINDS)
def test_some_neighbours_are_stored_and_some_are_refused(name: str) -> None:
    """Otherwise the test above would prove nothing."""
    right, server, _doors = KINDS[name]
    found: list[bool] = []

    @settings(derandomize=True, max_examples=150, deadline=None, database=None)
    @given(neighbours(right))
    def collect(typed: str) -> None:
        found.append(stored(server, typed) is not None)

    collect()
    assert 10 < sum(found) < len(found) - 10
