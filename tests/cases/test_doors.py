"""What people type into forms, send over SOAP, put into files or on a command line is read alike.

Hypothesis makes neighbours of what is known to be right: with other marks, spaces, separators, digits and letter cases.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given, settings

from ngnpro_server import values
from ngnpro_server.faults import Fault
from ngnpro_server.ports.enum.numbers import _read_target
from ngnpro_wire.facts.enum_targets import TargetRefused, normal_target
from ngnpro_wire.facts.weekly_rules import normal_time
from ngnpro_wire.schema import load_schema
from portal.accounts.addresses import sip_uri
from portal.accounts.forwarding.choices.barring import normal_prefix
from portal.accounts.forwarding.choices.incoming import caller_uri
from portal.core.bulk import ConflictRow
from portal.core.fields import DomainNameField, EmailField, PhoneField, UsernameField
from portal.core.normal_forms import proxy_addresses
from portal.core.person_fields import NameField, TimeOfDayField
from portal.core.rooms import resource_of
from portal.core.zone_fields import TimeZoneField
from portal.enum.fields import NumberField
from portal.jobs.columns import RowReader
from portal.jobs.objects.catalog import kinds
from portal.ngnpro.arguments import parse_arguments
from tests.cases.neighbours import neighbours
from tests.support.api import answered, make_token

Read = Callable[[str], str]
REFUSALS = (ValidationError, ValueError, ConflictRow, Fault, TargetRefused)
SCHEMA = load_schema()


def stored(read: Read, typed: str) -> str | None:
    """Return what is stored, or ``None`` if the text is refused or empty."""
    try:
        return read(typed) or None
    except REFUSALS:
        return None


def refuse() -> str:
    raise ValueError


def cell(kind: str, column: str, type_: Any = str) -> Read:
    """Return the door of a file: what the import makes of a cell of this column."""
    reader = RowReader(resource_of(kind), None)  # type: ignore[arg-type]  # no column of a customer is read
    return lambda typed: str(reader._value(column, type_, typed, None))


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
        values.e164,
        {
            "form": lambda typed: NumberField().clean(typed),
            "file": lambda typed: cell("number", "number")(typed),
            "command": argument("Enum", "addNumber", "id.number"),
        },
    ),
    "telephone": (
        ("4930901820", "+4930901820", "004930901820", "+49 (0)30 901820"),
        values.phone(32),
        {
            "form": lambda typed: PhoneField().clean(typed),
            "command": argument("Customer", "addAccount", "tel"),
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
    "address to divert to": (
        ("sip:alice@host.example", "+49 (0)30 901820", "reception", '"King, Ada" <sip:ada@host.example;transport=tls>'),
        lambda typed: values.sip_uri(typed, "cases.example"),
        {
            "form": lambda typed: sip_uri(typed, "cases.example"),
            "command": argument("Sip", "setCallDiversions", "diversions.FUNC"),
        },
    ),
    "caller": (
        ("sip:spam@host.example", "+49 (0)30 901820", "@host.example", "*@host.example", "020 1234567"),
        lambda typed: values.caller(typed, "cases.example"),
        {
            "form": lambda typed: caller_uri(typed, "cases.example"),
            "command": argument("Sip", "setRejectMembers", "members.0"),
        },
    ),
    "barred prefix": (
        ("+4490", "0044 90", "+49 (0)180"),
        values.barred_prefix,
        {"form": normal_prefix, "command": argument("Sip", "setBarringPrefixes", "prefixes.0")},
    ),
    "name": (
        ("Ada King", '"King, Ada"', "Zo\u00eb", "M\u00fcller & S\u00f6hne"),
        values.person(12),
        {
            "form": lambda typed: NameField(max_length=12).clean(typed),
            "file": lambda typed: cell("account", "firstName")(typed),
            "command": argument("Sip", "addAccount", "firstName"),
        },
    ),
    "e-mail address": (
        ("ada@example.com", '"King, Ada" <ada@example.com>', "mailto:ada@b\u00fccher.example"),
        values.email,
        {
            "form": lambda typed: EmailField().clean(typed),
            "file": lambda typed: cell("account", "email")(typed),
            "command": argument("Sip", "addAccount", "email"),
        },
    ),
    "time zone": (
        ("Europe/Berlin", "US/Eastern", "W. Europe Standard Time", "europe/kiev"),
        values.timezone,
        {
            "form": lambda typed: TimeZoneField().clean(typed),
            "file": lambda typed: cell("account", "timezone")(typed),
            "command": argument("Sip", "addAccount", "timezone"),
        },
    ),
    "addresses of a certificate": (
        ("192.0.2.7", "192.0.2.7, [2001:db8::7]:5061", "*", "::ffff:192.0.2.7;2001:DB8::1"),
        values.listening,
        {
            "form": proxy_addresses,
            "file": lambda typed: cell("domain", "match_ip_address")(typed),
            "command": argument("Sip", "addDomain", "match_ip_address"),
        },
    ),
    "time of the day": (
        ("8:30", "08:30", "8.30 pm", "0830", "24:00"),
        lambda typed: normal_time(typed) or refuse(),
        {
            "form": lambda typed: TimeOfDayField(input_formats=["%H:%M"]).clean(typed).strftime("%H:%M"),
            "command": argument("Sip", "setAcceptRules", "rules.persistent.0.start"),
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


# wrong values by kind of record, key, column and text; each door refuses them with the same words
WRONG = (
    ("account", "ada@example.com", "email", "nobody"),
    ("account", "ada@example.com", "timezone", "Mars/Olympus"),
    ("account", "ada@example.com", "quota", "much"),
    ("account", "ada@example.com", "prepaid", "perhaps"),
    ("account", "ada@example.com", "acl", "192.0.2.300 24"),
    ("customer", "2", "email", "a@b@c"),
    ("customer", "2", "timezone", "Mars/Olympus"),
    ("domain", "example.com", "match_ip_address", "no address"),
    ("alias", "front@example.com", "target", "nobody"),
    ("range", "3120800@e164.arpa", "minDigits", "few"),
    ("zone", "example.com", "ttl", "long"),
    ("dns-record", "1", "priority", "first"),
    ("dns-forward", "1", "ttl", "long"),
    ("rule", "1", "strip", "two"),
    ("route", "1", "priority", "first"),
    ("peer", "192.0.2.11", "callLimit", "many"),
    ("gateway", "1", "ip", "no host"),
    ("number", "31208005169@e164.arpa", "mappings", "sip"),
)


@pytest.mark.parametrize(("kind", "key", "column", "text"), WRONG)
def test_api_import_and_platform_file_refuse_a_wrong_value_with_the_same_words(
    people: dict[str, Client], tmp_path: Path, kind: str, key: str, column: str, text: str
) -> None:
    api = make_token(people["operator"])
    path = kinds()[kind].path
    problem = answered(api.patch(f"{path}/{key}", {column: text}), 422)
    with pytest.raises(ConflictRow) as refused:
        cell(kind, column, kinds()[kind].members[column].kind)(text)
    assert problem["errors"] == [{"field": column, "detail": str(refused.value)}]
    rows = [
        {next(iter(kinds()[kind].members)): key.partition("@")[0] if kind in ("number", "range") else key, column: text}
    ]
    plan = answered(api.post("plans", {"kind": kind, "rows": rows}), 201)
    assert answered(api.get(f"jobs/{plan['id']}/rows"))["items"][0]["reason"] == str(refused.value)
    if not kinds()[kind].resource.numbered:  # else names identify it there, not a number
        said = applied(tmp_path / "platform.yaml", path.rpartition("/")[2], {**rows[0], column: text})
        assert str(refused.value) in said


def applied(file: Path, listed: str, entry: dict[str, str]) -> str:
    """Return what the command line says about an entry of a platform's file that it refuses."""
    file.write_text(json.dumps({"format": "ngnpro-platform 1", listed: [entry]}))
    said = io.StringIO()
    with pytest.raises(CommandError, match="problems"):
        call_command("apply", str(file), "--check", operator="ines", stdout=said)
    return said.getvalue()


@pytest.mark.parametrize("text", ["nobody", "a@b@c"])
def test_api_and_pages_refuse_an_address_with_the_same_words(people: dict[str, Client], text: str) -> None:
    api = make_token(people["operator"])
    said = answered(api.patch("accounts/ada@example.com", {"email": text}), 422)["errors"][0]["detail"]
    page = people["operator"].post("/accounts/ada@example.com/edit/", {"email": text}).content.decode()
    assert unescape(page).count(said.partition(": ")[2])
