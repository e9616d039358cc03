"""Properties of the codec for all values and any bytes; Hypothesis makes examples from the WSDL's own tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ngnpro_wire.codec import (
    Request,
    WireError,
    WireFault,
    decode_reply,
    decode_request,
    encode_fault,
    encode_reply,
    encode_request,
)
from ngnpro_wire.schema import Array, Scalar, Type, load_schema
from tests.support.envelopes import PEAR_AUTH, call

SCHEMA = load_schema()
OPERATIONS = [(operation.port, operation.name) for operation in SCHEMA.operations.values()]

FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])

XML_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.sampled_from("\t\n\r")
)
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "string": XML_TEXT,
    "int": st.integers(-(2**31), 2**31 - 1),
    "boolean": st.booleans(),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "base64Binary": st.binary(min_size=1),
}


def values(type_: Type) -> st.SearchStrategy[Any]:
    """Return a strategy for values of a WSDL type, with any of its members left out."""
    if isinstance(type_, Scalar):
        return SCALARS[type_.name]
    if isinstance(type_, Array):
        return st.lists(values(type_.item), max_size=3)
    return st.fixed_dictionaries({}, optional={name: values(member) for name, member in type_.fields.items()})


@pytest.mark.parametrize("name", SCHEMA.types)
def test_every_type_comes_back_as_it_went(name: str) -> None:
    type_ = SCHEMA.types[name]
    operation = replace(SCHEMA.operation("Sip", "getAccounts"), output=type_)

    @FEW
    @given(values(type_))
    def comes_back(value: Any) -> None:
        assert decode_reply(SCHEMA, operation, encode_reply(SCHEMA, operation, value)) == value

    comes_back()


@pytest.mark.parametrize(("port", "name"), OPERATIONS)
def test_every_call_arrives_as_it_was_sent(port: str, name: str) -> None:
    operation = SCHEMA.operation(port, name)
    parts = st.fixed_dictionaries({}, optional={part: values(type_) for part, type_ in operation.inputs.items()})

    @FEW
    @given(parts, st.none() | values(SCHEMA.types["Auth"]))
    def arrives(arguments: dict[str, Any], auth: dict[str, Any] | None) -> None:
        assert decode_request(SCHEMA, encode_request(SCHEMA, operation, arguments, auth)) == Request(
            operation, auth, arguments
        )

    arrives()


@MANY
@given(st.integers(-(10**9) + 1, 10**9 - 1), XML_TEXT, XML_TEXT.map(str.strip))
def test_every_fault_arrives_with_its_code_and_words(code: int, text: str, title: str) -> None:
    with pytest.raises(WireFault) as raised:
        decode_reply(SCHEMA, SCHEMA.operation("Sip", "addDomain"), encode_fault(SCHEMA, code, text, title))
    assert raised.value == WireFault(code, text.strip(), title)


@MANY
@given(st.text(st.characters()), st.text(st.characters()))
def test_every_text_of_python_can_be_written(text: str, title: str) -> None:
    with pytest.raises(WireFault):
        decode_reply(SCHEMA, SCHEMA.operation("Sip", "addDomain"), encode_fault(SCHEMA, 9010, text, title))


def assert_request_or_wire_error(body: bytes) -> None:
    try:
        request = decode_request(SCHEMA, body)
    except WireError:
        return
    assert isinstance(request, Request)


def assert_answer_or_error(body: bytes) -> None:
    for name in ("getAccounts", "getGroups", "getSipTrace", "deleteDomain"):
        try:
            decode_reply(SCHEMA, SCHEMA.operation("Sip", name), body)
        except (WireError, WireFault):
            continue


@MANY
@given(st.binary())
def test_any_bytes_give_a_request_or_a_wire_error(body: bytes) -> None:
    assert_request_or_wire_error(body)
    assert_answer_or_error(body)


MESSAGES = [
    call("addAccount", "<account><id><username>a</username></id><acl><item><mask>8</mask></item></acl></account>"),
    call("setRejectMembers", '<members id="m"><item href="#x"/><item xsi:nil="1"/></members><x id="x">a</x>'),
    encode_fault(SCHEMA, 1001, "exists", "Refused"),
    encode_reply(SCHEMA, SCHEMA.operation("Sip", "getAccounts"), {"total": 1, "accounts": [{"owner": 3}]}),
]


@MANY
@given(
    st.sampled_from(MESSAGES),
    st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 30), st.binary(max_size=12)), min_size=1, max_size=4),
)
def test_a_damaged_message_gives_a_request_or_a_wire_error(body: bytes, damages: list[tuple[int, int, bytes]]) -> None:
    for start, length, patch in damages:
        body = body[:start] + patch + body[start + length :]
    assert_request_or_wire_error(body)
    assert_answer_or_error(body)


NAMES = st.sampled_from(
    [
        "account",
        "id",
        "username",
        "acl",
        "item",
        "mask",
        "groups",
        "owner",
        "prepaid",
        "auth",
        "admin",
        "x",
        "ns4:owner",
    ]
)
ATTRIBUTES = st.sampled_from(
    [
        "",
        ' id="a"',
        ' href="#a"',
        ' href="#b"',
        ' id="b"',
        ' xsi:nil="true"',
        ' xsi:type="xsd:int"',
        ' SOAP-ENC:root="1"',
    ]
)
ELEMENTS = st.recursive(
    st.builds(
        "<{0}{1}>{2}</{0}>".format, NAMES, ATTRIBUTES, st.sampled_from(["", "1", "true", "x", " ", "-1", "1e9", "&lt;"])
    ),
    lambda inner: st.builds(
        lambda name, attribute, children: f"<{name}{attribute}>{''.join(children)}</{name}>",
        NAMES,
        ATTRIBUTES,
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@MANY
@given(ELEMENTS, st.sampled_from(["", PEAR_AUTH]) | ELEMENTS)
def test_any_tree_of_elements_gives_a_request_or_a_wire_error(parts: str, header: str) -> None:
    assert_request_or_wire_error(call("addAccount", parts, header))
