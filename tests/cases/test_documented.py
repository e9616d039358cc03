"""Every line of the tables in docs/input.md is true."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from ngnpro_server import values
from ngnpro_server.passwords import password_text
from ngnpro_wire.facts.input_examples import InputKind, help_examples, table_of
from ngnpro_wire.facts.telephone_numbers import without_separators
from portal.accounts.addresses import sip_uri
from portal.accounts.forwarding.choices.barring import normal_prefix
from portal.accounts.forwarding.choices.incoming import caller_uri
from portal.core.fields import PhoneField
from portal.core.input_help import of_kind, show_examples
from portal.core.normal_forms import (
    domain_name,
    enum_target,
    host_name,
    ip_network,
    mail_address,
    require_number,
    sip_username,
    time_zone,
)
from portal.core.person_fields import NameField, TimeOfDayField
from portal.dns.fields import record_value
from portal.jobs.columns import _mappings

PAGE = Path(__file__).parents[2] / "docs" / "input.md"
ROW = re.compile(r"^\| `(?P<typed>[^`]+)` \| (?:`(?P<stored>[^`]+)`|refused: (?P<words>[^|]+)) \|$", re.MULTILINE)


HERE = "example.com"


def number(typed: str) -> str:
    require_number(typed)
    return without_separators(typed)


def both_doors(soap: Callable[[str], str], page: Callable[[str], str]) -> Callable[[str], str]:
    """Return a reader that requires the same outcome of SOAP and of the pages."""

    def read(typed: str) -> str:
        try:
            stored = soap(typed)
        except ValueError:
            with pytest.raises(ValidationError):
                page(typed)
            raise
        assert page(typed) == stored
        return stored

    return read


def time(typed: str) -> str:
    return str(TimeOfDayField(input_formats=["%H:%M"]).clean(typed).strftime("%H:%M"))


def target(typed: str) -> str:
    service, _blank, text = typed.partition(" ")
    [read] = _mappings([f"{service} {text} 5 3600"], ())  # as a file has it
    assert read.mapto == enum_target(service, text)
    return read.mapto


READERS: dict[str, Callable[[str], str]] = {
    "Telephone numbers": number,
    "Domain names": domain_name,
    "Hosts": host_name,
    "Networks": lambda typed: str(ip_network(typed)),
    "E-mail addresses": mail_address,
    "Time zones": time_zone,
    "SIP addresses": both_doors(lambda text: values.sip_uri(text, HERE), lambda text: sip_uri(text, HERE)),
    "Callers who are rejected": both_doors(lambda text: values.caller(text, HERE), lambda text: caller_uri(text, HERE)),
    "Barred destinations": both_doors(values.barred_prefix, normal_prefix),
    "Names of people and companies": both_doors(values.person(64), NameField().clean),
    "Times": time,
    "SIP usernames": both_doors(values.username, sip_username),
    "Passwords": password_text(128),
    "Targets of ENUM numbers": target,
    "Records of DNS zones": lambda typed: record_value(*typed.split(" ", 1), "example.com"),
}


def lines() -> list[tuple[str, str, str, str]]:
    sections = re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)[1:]
    return [
        (section.partition("\n")[0], row["typed"], row["stored"] or "", row["words"] or "")
        for section in sections
        for row in ROW.finditer(section)
    ]


@pytest.mark.parametrize(("section", "typed", "stored", "words"), lines())
def test_a_line_of_the_page_is_true(section: str, typed: str, stored: str, words: str) -> None:
    read = READERS[section]
    if stored:
        assert read(typed) == stored
    else:
        with pytest.raises((ValidationError, ValueError)) as refused:
            read(typed)
        error = refused.value
        said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        assert words.strip() in said


def test_the_tables_are_those_of_the_normalizers() -> None:
    sections = dict(section.split("\n", 1) for section in re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)[1:])
    for kind in InputKind:
        printed = [line for line in sections[kind].splitlines() if line.startswith("|")]
        assert printed == list(table_of(kind)), "\n".join(table_of(kind))


def test_the_help_of_fields_shows_examples_that_they_take() -> None:
    field = of_kind(InputKind.NUMBER, PhoneField(help_text="Where you are called."))
    show_examples([field])
    assert "It also takes +49 (0)30 901820 and 0049" in str(field.help_text)
    assert all(help_examples(kind) for kind in (InputKind.NUMBER, InputKind.HOST, InputKind.EMAIL, InputKind.DOMAIN))


def test_each_section_with_a_table_is_read() -> None:
    assert {section for section, *_line in lines()} == set(READERS)
