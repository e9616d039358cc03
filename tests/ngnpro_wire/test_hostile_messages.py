"""Hostile messages: each raises a ``WireError``, or is read literally, and does no harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from ngnpro_wire.codec import WireError, WireValueError, decode_reply, decode_request
from ngnpro_wire.schema import load_schema
from tests.support.envelopes import SIP, call, envelope

SCHEMA = load_schema()
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>'
DELETE = call("deleteDomain", "<domain>example.com</domain>")


def with_doctype(doctype: str, text: str = "example.com") -> bytes:
    body = call("deleteDomain", f"<domain>{text}</domain>")
    return body.replace(DECLARATION, DECLARATION + doctype.encode())


def billion_laughs() -> str:
    laughs = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    return f'<!DOCTYPE l [<!ENTITY l0 "ha">{laughs}]>'


@pytest.mark.parametrize(
    ("doctype", "text"),
    [
        ("<!DOCTYPE Envelope>", "example.com"),
        ('<!DOCTYPE Envelope SYSTEM "http://192.0.2.1/soap.dtd">', "example.com"),
        ('<!DOCTYPE Envelope PUBLIC "-//X//Y" "soap.dtd">', "example.com"),
        ('<!DOCTYPE e [<!ENTITY d "example.com">]>', "&d;"),
        ('<!DOCTYPE e [<!ENTITY % p SYSTEM "http://192.0.2.1/p.dtd"> %p;]>', "example.com"),
        (billion_laughs(), "&l9;"),
        (billion_laughs(), '<x a="&l9;"/>'),
    ],
    ids=["bare", "system", "public", "internal entity", "parameter entity", "laughs in text", "laughs in attribute"],
)
def test_a_document_type_declaration_is_refused(doctype: str, text: str) -> None:
    with pytest.raises(WireError):
        decode_request(SCHEMA, with_doctype(doctype, text))


def test_an_external_entity_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("<password>")
    body = with_doctype(f'<!DOCTYPE e [<!ENTITY s SYSTEM "{secret.as_uri()}">]>', "&s;")
    with pytest.raises(WireError) as raised:
        decode_request(SCHEMA, body)
    assert "password" not in str(raised.value)


@pytest.mark.parametrize("depth", [300, 100_000])
@pytest.mark.parametrize("closed", [True, False])
def test_deep_nesting_is_refused(depth: int, closed: bool) -> None:
    nest = "<a>" * depth + "</a>" * (depth if closed else 0)
    for body in (nest.encode(), call("addDomain", f"<domain>{nest}</domain>")):
        with pytest.raises(WireError):
            decode_request(SCHEMA, body)


def test_a_long_text_is_read_whole() -> None:
    text = "é" * 1_000_000
    arguments = decode_request(SCHEMA, call("deleteDomain", f"<domain>{text}</domain>")).arguments
    assert arguments == {"domain": text}


def test_a_long_text_where_a_number_belongs_has_a_short_error() -> None:
    with pytest.raises(WireValueError) as raised:
        decode_request(SCHEMA, call("deleteCarrier", f"<id>{'x' * 1_000_000}</id>"))
    assert raised.value.field == "id"
    assert len(str(raised.value)) < 120


def test_a_text_beyond_the_parser_s_limit_is_refused() -> None:
    with pytest.raises(WireError):
        decode_request(SCHEMA, call("deleteDomain", f"<domain>{'x' * 11_000_000}</domain>"))


def test_a_hundred_thousand_unknown_members_have_a_short_error() -> None:
    members = "".join(f"<m{number}>1</m{number}>" for number in range(100_000))
    with pytest.raises(WireError) as raised:
        decode_request(SCHEMA, call("addDomain", f"<domain>{members}</domain>"))
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize("text", ["\0", "\x01", "\x1b", "\x0b", "&#0;", "&#x1b;", "&#xD800;", "&#xFFFF;", "\ufffe"])
def test_a_character_that_xml_forbids_is_refused(text: str) -> None:
    with pytest.raises(WireError):
        decode_request(SCHEMA, call("deleteDomain", f"<domain>a{text}b</domain>"))


def test_a_delete_character_is_accepted() -> None:
    assert decode_request(SCHEMA, call("deleteDomain", "<domain>a\x7fb</domain>")).arguments["domain"] == "a\x7fb"


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "iso-8859-1", "windows-1252", "utf-8"]
)
def test_a_message_may_declare_another_encoding(encoding: str) -> None:
    text = call("deleteDomain", "<domain>Zoë</domain>").decode()
    text = text.replace('encoding="UTF-8"', f'encoding="{encoding}"')
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    assert decode_request(SCHEMA, (mark + text).encode(encoding)).arguments == {"domain": "Zoë"}


def test_references_and_nil_are_followed_in_utf_16_too() -> None:
    body = envelope(
        """<ns5:addDomain><domain href="#d"/></ns5:addDomain>
        <m id="d"><domain>example.com</domain><customer xsi:nil="true"/></m>"""
    )
    text = body.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    assert decode_request(SCHEMA, text.encode("utf-16")).arguments == {
        "domain": {"domain": "example.com", "customer": None}
    }


def test_a_byte_order_mark_is_passed_over() -> None:
    assert decode_request(SCHEMA, b"\xef\xbb\xbf" + DELETE).arguments == {"domain": "example.com"}


@pytest.mark.parametrize(
    "body",
    [
        DELETE.replace(b"example", b"ex\xe9mple"),
        DELETE.replace(b"example", b"ex\xff\xfemple"),
        DELETE.replace(b"example", b"ex\xed\xa0\x80mple"),
        DELETE.replace(b'"UTF-8"', b'"UTF-16"'),
        DELETE.replace(b'"UTF-8"', b'"no-such-encoding"'),
        DELETE.replace(b'"UTF-8"', b'"../../etc/passwd"'),
        DELETE.decode().replace('"UTF-8"', '"cp037"').encode("cp037"),
    ],
    ids=["latin-1", "garbage", "surrogate", "not UTF-16", "unknown", "path", "EBCDIC"],
)
def test_bytes_that_are_not_in_the_encoding_they_claim_are_refused(body: bytes) -> None:
    with pytest.raises(WireError):
        decode_request(SCHEMA, body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n",
        b"\0" * 1000,
        b"<",
        b"GET / HTTP/1.1",
        b'{"operation": "addDomain"}',
        b"a=b&c=d",
        b"<a/>",
        b"<Envelope/>",
        DELETE[:-20],
        DELETE + b"<more/>",
        DELETE + DELETE,
        b"\n" + DELETE,
        DELETE.replace(b"xmlns:ns5", b"xmlns:ns6"),
        DELETE.replace(b"<domain>", b'<domain a="1" a="2">'),
        DELETE.replace(b"http://schemas.xmlsoap.org/soap/envelope/", b"http://www.w3.org/2003/05/soap-envelope"),
        envelope("", "<auth/>"),
        envelope("text only"),
        envelope('<multiRef id="a">x</multiRef>'),
        DELETE.replace(b"SOAP-ENV:Body", b"SOAP-ENV:Corpus"),
    ],
)
def test_a_body_that_is_not_a_soap_call_is_refused(body: bytes) -> None:
    with pytest.raises(WireError):
        decode_request(SCHEMA, body)


def test_the_error_names_neither_the_parser_nor_a_huge_excerpt() -> None:
    with pytest.raises(WireError) as raised:
        decode_request(SCHEMA, b"<" + b"a" * 1_000_000 + b"></b>")
    assert str(raised.value) == "The message is not well-formed XML (line 1, column 1000002)."


def test_an_include_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    include = f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}" parse="text"/>'
    with pytest.raises(WireValueError):
        decode_request(SCHEMA, call("deleteDomain", f"<domain>{include}</domain>"))


def test_a_hostile_answer_is_refused_like_a_hostile_call() -> None:
    operation = SCHEMA.operation("Sip", "getSipTrace")
    answer = envelope("<ns5:getSipTraceResponse><result>&l9;</result></ns5:getSipTraceResponse>", port=SIP)
    with pytest.raises(WireError):
        decode_reply(SCHEMA, operation, answer.replace(DECLARATION, DECLARATION + billion_laughs().encode()))
