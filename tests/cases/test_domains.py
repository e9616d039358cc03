"""Domain names as people copy them: form and SOAP read the same one, or say what is wrong."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from ngnpro_server import values
from portal.core.normal_forms import domain_name, host_name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("trail.example.", "trail.example"),
        ("UPPER.Example", "upper.example"),
        ("bücher-sip.example", "xn--bcher-sip-q9a.example"),
        ("straße.example", "xn--strae-oqa.example"),
        (" host.example ", "host.example"),
        ("example", "example"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
        ("1.2.3.example", "1.2.3.example"),
    ],
)
def test_both_doors_store_the_same_name(typed: str, name: str) -> None:
    assert domain_name(typed) == values.domain(typed) == name


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("host.example:5060", "port"),
        ("sip:host.example", "sip:"),
        ("https://host.example/", "https:"),
        ("user@host.example", "(user|@)"),
        ("under_score.example", "_"),
        ("two words.example", "letters, digits"),
        ("a..b.example", "(missing|empty)"),
        (".example", "(missing|empty)"),
        ("trail.example..", "(missing|empty)"),
        ("", "(missing|empty)"),
        ("a" * 64 + ".example", "63"),
        ("xn--a.example", "xn--a"),
        ("192.0.2.5", "IP address"),
        ("[2001:db8::1]", "IP address"),
        ("2001:db8::1", "IP address"),
    ],
)
def test_both_doors_say_what_is_wrong(typed: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        domain_name(typed)
    with pytest.raises(ValueError, match=words):
        values.domain(typed)


def test_a_host_may_be_an_address() -> None:
    assert host_name("192.0.2.5") == "192.0.2.5"
    assert host_name("2001:DB8:0::1") == "2001:db8::1"
    assert host_name("Host.Example.") == "host.example"


@given(st.text(max_size=80))
def test_both_doors_agree_on_any_text(typed: str) -> None:
    try:
        stored = values.domain(typed)
    except ValueError:
        with pytest.raises(ValidationError):
            domain_name(typed)
    else:
        assert domain_name(typed) == stored == values.domain(stored)
