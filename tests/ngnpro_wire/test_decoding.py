"""Simple values, as clients write them."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from ngnpro_wire.decoding import Decoder, Strictness
from ngnpro_wire.schema import Scalar

DECODER = Decoder(Strictness.NONE)


def read(type_: str, text: str) -> Any:
    element = etree.Element("member")
    element.text = text
    return DECODER.decode(element, Scalar(type_))


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        ("int", "0", 0),
        ("int", " 42 ", 42),
        ("int", "+5", 5),
        ("int", "007", 7),
        ("int", "-2147483648", -(2**31)),
        ("int", "2147483647", 2**31 - 1),
        ("int", "true", 1),
        ("int", "False", 0),
        ("int", "", None),
        ("int", "   ", None),
        ("long", "9223372036854775807", 2**63 - 1),
        ("boolean", "true", True),
        ("boolean", "True", True),
        ("boolean", "1", True),
        ("boolean", "false", False),
        ("boolean", "0", False),
        ("boolean", "", None),
        ("float", "12", 12.0),
        ("float", "-0.05", -0.05),
        ("float", ".5", 0.5),
        ("float", "3.", 3.0),
        ("float", "1e3", 1000.0),
        ("float", "", None),
        ("string", "", ""),
        ("string", " a ", " a "),
        ("string", "007", "007"),
        ("base64Binary", "", None),
        ("base64Binary", "QUJD", b"ABC"),
        ("dateTime", "2026-11-23T02:00:00Z", "2026-11-23T02:00:00Z"),
    ],
)
def test_a_value_is_read_by_its_type(type_: str, text: str, value: object) -> None:
    assert read(type_, text) == value
    assert type(read(type_, text)) is type(value)


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        ("int", "1.5"),
        ("int", "1e3"),
        ("int", "0x10"),
        ("int", "1_000"),
        ("int", "1 2"),
        ("int", "٣"),
        ("int", "--1"),
        ("int", "2147483648"),
        ("int", "-2147483649"),
        ("int", "9" * 100_000),
        ("long", "9223372036854775808"),
        ("float", "1,5"),
        ("float", "nan"),
        ("float", "INF"),
        ("float", "1e999"),
        ("float", "1_0.0"),
        ("float", "."),
        ("float", "9" * 100_000 + "x"),
        ("boolean", "yes"),
        ("boolean", "2"),
        ("boolean", "tru"),
        ("base64Binary", "a"),
        ("base64Binary", "QUJ*"),
        ("base64Binary", "Zoë="),
    ],
)
def test_a_value_that_does_not_fit_its_type_is_refused_with_a_short_sentence(type_: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"^[A-Zt].{5,90}\.$"):
        read(type_, text)
