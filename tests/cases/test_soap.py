"""SOAP messages as clients write them: dialect is understood, what could erase or over-answer is refused."""

from __future__ import annotations

import gzip
import re
import zlib
from typing import Any

import pytest
from lxml import etree

from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.envelopes import call, envelope
from tests.support.platform import Platform
from tests.support.server import post, request

AUTH = "<auth><username>admin</username><password>administrators-secret</password></auth>"
ID = "<id><username>joe</username><domain>cases.example</domain></id>"
SIP_ID = ID.replace("id>", "sipId>")
ADD = f"<account>{ID}<password>Secret-1234</password><firstName>Jürgen</firstName></account>"


def answer(bare: Platform, body: bytes, **environ: Any) -> tuple[str, str, str]:
    """POST a message; return the HTTP status, and faultcode and errorstring if the answer is a fault."""
    status, _, reply = post(bare.server.app, body, **environ)
    root = etree.fromstring(reply)
    return status[:3], root.findtext(".//faultcode") or "", root.findtext(".//errorstring") or ""


def add(bare: Platform, parts: str = ADD, header: str = AUTH, **environ: Any) -> tuple[str, str, str]:
    return answer(bare, call("addAccount", parts, header), **environ)


def name_of_joe(bare: Platform) -> str:
    return str(bare.account("joe", "cases.example")["firstName"])


def has_joe(bare: Platform) -> bool:
    listed = bare.call("Sip", "getAccounts", query={"filter": {"username": "joe"}})
    return bool(listed["total"])


class TestEncodings:
    """A byte order mark decides, then the HTTP header, then the XML declaration (RFC 7303 section 3)."""

    MESSAGE = call("addAccount", ADD, AUTH).decode()

    @pytest.mark.parametrize(
        ("declared", "encoding", "content_type"),
        [
            ("UTF-8", "utf-8-sig", "text/xml"),
            ("ISO-8859-1", "iso-8859-1", "text/xml"),
            ("", "iso-8859-1", "text/xml; charset=ISO-8859-1"),
            ("ISO-8859-1", "utf-8", "text/xml; charset=utf-8"),
            ("UTF-8", "utf-8", 'text/xml; Charset="UTF-8"; action=""'),
            ("UTF-16", "utf-16", "text/xml; charset=utf-16"),
            ("UTF-8", "utf-8-sig", "text/xml; charset=iso-8859-1"),
        ],
    )
    def test_the_name_is_stored_as_it_was_meant(
        self, bare: Platform, declared: str, encoding: str, content_type: str
    ) -> None:
        declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
        message = re.sub(r"<\?xml[^>]*>\n\n", declaration, self.MESSAGE)
        assert answer(bare, message.encode(encoding), CONTENT_TYPE=content_type) == ("200", "", "")
        assert name_of_joe(bare) == "Jürgen"

    def test_an_unknown_charset_is_named(self, bare: Platform) -> None:
        refused = answer(bare, self.MESSAGE.encode(), CONTENT_TYPE="text/xml; charset=klingon")
        assert refused == ("500", "SOAP-ENV:Client", "The encoding 'klingon' of the HTTP header is not known.")

    @pytest.mark.parametrize(
        ("coding", "pack"), [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", zlib.compress)]
    )
    def test_a_compressed_call_is_unpacked(self, bare: Platform, coding: str, pack: Any) -> None:
        body = pack(self.MESSAGE.encode())
        assert answer(bare, body, HTTP_CONTENT_ENCODING=coding) == ("200", "", "")
        assert name_of_joe(bare) == "Jürgen"

    def test_a_small_body_that_unpacks_to_a_huge_one_is_too_large(self, bare: Platform) -> None:
        status, faultcode, text = answer(bare, gzip.compress(b" " * 50_000_000), HTTP_CONTENT_ENCODING="gzip")
        assert (status, faultcode) == ("500", "SOAP-ENV:Client")
        assert "at most 1048576 bytes" in text

    @pytest.mark.parametrize(
        "body", [b"not compressed", gzip.compress(b"<a/>" * 1000, mtime=0)[:-20]], ids=["text", "cut"]
    )
    def test_a_damaged_compressed_body_is_refused(self, bare: Platform, body: bytes) -> None:
        status, faultcode, text = answer(bare, body, HTTP_CONTENT_ENCODING="gzip")
        assert (status, faultcode) == ("500", "SOAP-ENV:Client")
        assert "gzip" in text

    def test_an_unknown_content_encoding_has_status_415(self, bare: Platform) -> None:
        status, faultcode, text = answer(bare, b"x", HTTP_CONTENT_ENCODING="br")
        assert (status, faultcode) == ("415", "SOAP-ENV:Client")
        assert "'br'" in text

    def test_a_message_with_attachments_has_status_415(self, bare: Platform) -> None:
        mtom = 'multipart/related; type="application/xop+xml"; boundary="part"'
        status, _, text = answer(bare, b"--part\r\n\r\n<a/>", CONTENT_TYPE=mtom)
        assert status == "415"
        assert "MTOM" in text


class TestHeaders:
    """Header entries: the login, and those that must be understood."""

    @pytest.mark.parametrize("value", ["1", "true"])
    def test_a_header_that_must_be_understood_stops_the_call(self, bare: Platform, value: str) -> None:
        security = f'<w:Security xmlns:w="urn:wsse" SOAP-ENV:mustUnderstand="{value}"/>'
        status, faultcode, text = add(bare, header=AUTH + security)
        assert (status, faultcode) == ("500", "SOAP-ENV:MustUnderstand")
        assert "Security" in text
        assert not has_joe(bare)

    @pytest.mark.parametrize(
        "attributes",
        ['SOAP-ENV:mustUnderstand="1" SOAP-ENV:actor="http://proxy.example/"', 'SOAP-ENV:mustUnderstand="0"'],
    )
    def test_a_header_for_another_actor_does_not(self, bare: Platform, attributes: str) -> None:
        assert add(bare, header=f'{AUTH}<t:Trace xmlns:t="urn:trace" {attributes}/>') == ("200", "", "")

    def test_the_login_may_be_one_that_must_be_understood(self, bare: Platform) -> None:
        assert add(bare, header=AUTH.replace("<auth>", '<auth SOAP-ENV:mustUnderstand="1">')) == ("200", "", "")

    def test_the_login_may_have_the_name_of_its_type(self, bare: Platform) -> None:
        assert add(bare, header=AUTH.replace("auth>", "ns4:Auth>")) == ("200", "", "")

    def test_a_call_without_login_is_told_so_and_is_no_wrong_password(self, bare: Platform) -> None:
        for _try in range(12):
            assert add(bare, header="") == ("500", "SOAP-ENV:Client", "The call has no auth header.")
        assert add(bare) == ("200", "", "")


def test_a_soap_1_2_envelope_is_a_version_mismatch(bare: Platform) -> None:
    body = call("addAccount", ADD, AUTH)
    newer = body.replace(b"http://schemas.xmlsoap.org/soap/envelope/", b"http://www.w3.org/2003/05/soap-envelope")
    status, faultcode, text = answer(bare, newer, CONTENT_TYPE="application/soap+xml; charset=utf-8")
    assert (status, faultcode) == ("500", "SOAP-ENV:VersionMismatch")
    assert "SOAP 1.1" in text
    assert not has_joe(bare)


def test_a_call_that_may_succeed_later_is_no_fault_of_the_client() -> None:
    servers = {code for code in FaultCode if code.faultcode == "Server"}
    assert servers == {FaultCode.DATABASE_BUSY, FaultCode.INTERNAL_ERROR}


class TestMembers:
    """Members of records: repeated, misspelt, nil, empty, encoded."""

    @pytest.mark.parametrize(
        "members",
        [
            "<groups><item>free-pstn</item></groups><groups><item>sms</item></groups>",
            "<groups>free-pstn</groups><groups>sms</groups>",
            "<firstName>One</firstName><firstName>Two</firstName>",
            "<fistName>Typo</fistName>",
        ],
    )
    def test_what_would_be_lost_in_silence_is_refused(self, bare: Platform, members: str) -> None:
        status, faultcode, _ = add(bare, f"<account>{ID}<password>Secret-1234</password>{members}</account>")
        assert (status, faultcode) == ("500", "SOAP-ENV:Client")
        assert not has_joe(bare)

    @pytest.mark.parametrize(
        "members", ['<groups xsi:nil="true"/><quota xsi:nil="1"/>', "<quota/>", "<lastName>B</lastName>"]
    )
    def test_an_update_keeps_what_is_absent_or_nil(self, bare: Platform, members: str) -> None:
        bare.add_account("joe", "cases.example", groups=["sms"], quota=20)
        assert answer(bare, call("updateAccount", f"<account>{ID}{members}</account>", AUTH))[0] == "200"
        joe = bare.account("joe", "cases.example")
        assert (joe["groups"], joe["quota"]) == (["sms"], 20)

    def test_an_update_clears_a_list_that_is_sent_empty(self, bare: Platform) -> None:
        bare.add_account("joe", "cases.example", groups=["sms"])
        assert answer(bare, call("updateAccount", f"<account>{ID}<groups/></account>", AUTH))[0] == "200"
        assert bare.account("joe", "cases.example")["groups"] == []

    def test_text_in_base64_is_read_as_text(self, bare: Platform) -> None:
        name = '<firstName xsi:type="xsd:base64Binary">SsO8cmdlbg==</firstName>'
        assert add(bare, f"<account>{ID}<password>Secret-1234</password>{name}</account>") == ("200", "", "")
        assert name_of_joe(bare) == "Jürgen"


class TestLists:
    """Calls that replace a list: an empty list has to be written to be meant."""

    CALLS = (
        ("setRejectMembers", "members", "<item>sip:bad@spam.example</item>", "getRejectMembers"),
        ("setCallDiversions", "diversions", "<FBUS>sip:ann@cases.example</FBUS>", "getCallDiversions"),
        ("setBarringPrefixes", "prefixes", "<item>+4490</item>", "getBarringPrefixes"),
    )

    def send(self, bare: Platform, operation: str, part: str) -> str:
        return answer(bare, call(operation, SIP_ID + part, AUTH))[0]

    @pytest.mark.parametrize(("operation", "part", "value", "reading"), CALLS)
    def test_only_a_list_that_is_sent_empty_is_erased(
        self, bare: Platform, operation: str, part: str, value: str, reading: str
    ) -> None:
        bare.add_account("joe", "cases.example")
        key = {"sipId": {"username": "joe", "domain": "cases.example"}}
        assert self.send(bare, operation, f"<{part}>{value}</{part}>") == "200"
        stored = bare.call("Sip", reading, **key)
        assert stored
        not_understood = (
            "",
            f'<{part} xsi:nil="true"/>',
            f"<{part.title()}>{value}</{part.title()}>",
            f"<{part}>text</{part}>",
            f"<other>{value}</other>",
            f"<{part}/><{part}/>",
        )
        for parts in not_understood:
            assert self.send(bare, operation, parts) == "500", parts
        assert bare.call("Sip", reading, **key) == stored
        assert self.send(bare, operation, f"<{part}/>") == "200"
        assert not bare.call("Sip", reading, **key)

    def test_a_map_of_diversions_is_refused(self, bare: Platform) -> None:
        bare.add_account("joe", "cases.example")
        pairs = "<item><key>FUNC</key><value>sip:a@cases.example</value></item>"
        assert self.send(bare, "setCallDiversions", f"<diversions>{pairs}</diversions>") == "500"


@pytest.mark.parametrize(
    "parts",
    [
        "<query><filters><username>nobody</username></filters></query>",
        "<query><filter><user>nobody</user></filter></query>",
        "<Query><filter><username>nobody</username></filter></Query>",
        "<filter><username>nobody</username></filter>",
    ],
)
def test_a_misspelt_filter_does_not_return_everybody(bare: Platform, parts: str) -> None:
    bare.add_account("joe", "cases.example")
    status, faultcode, text = answer(bare, call("getAccounts", parts, AUTH))
    assert (status, faultcode) == ("500", "SOAP-ENV:Client")
    assert "has no" in text


def test_references_are_read_in_their_place(bare: Platform) -> None:
    body = envelope(
        '<ns5:addAccount><account href="#a"/></ns5:addAccount>'
        '<multiRef id="a" SOAP-ENC:root="0"><id href="#b"/><password>Secret-1234</password></multiRef>'
        '<multiRef id="b" SOAP-ENC:root="0"><username>joe</username><domain>cases.example</domain></multiRef>',
        AUTH,
    )
    assert answer(bare, body) == ("200", "", "")
    assert has_joe(bare)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ('<account id="a"><id href="#a"/></account>', "part of itself"),
        ('<account href="cid:x"/>', "attachment"),
        ('<account href="#zz"/>', "'#zz', which it does not hold"),
        ('<account><id id="a"/><password id="a">x</password></account>', "Two elements of the message have the id 'a'"),
    ],
)
def test_a_wrong_reference_is_named(bare: Platform, parts: str, words: str) -> None:
    if "href" not in parts:
        parts += '<x href="#a"/>'
    status, faultcode, text = answer(bare, envelope(f"<ns5:addAccount>{parts}</ns5:addAccount>", AUTH))
    assert (status, faultcode) == ("500", "SOAP-ENV:Client")
    assert words in text


def test_line_breaks_of_a_pretty_printed_message_are_not_stored(bare: Platform) -> None:
    name = "<firstName>\n        J\u00fcrgen\n      </firstName>"
    assert add(bare, ADD.replace("<firstName>J\u00fcrgen</firstName>", name))[0] == "200"
    assert name_of_joe(bare) == "J\u00fcrgen"


class TestWsdl:
    """The WSDL: its address, its ports, its version."""

    def test_the_port_is_found_in_any_case_and_has_its_own_namespace(self, bare: Platform) -> None:
        status, _, body = request(bare.server.app, "GET", "/?WSDL&port=voicemail")
        root = etree.fromstring(body)
        assert (status, root.get("targetNamespace")) == ("200 OK", "urn:AGProjects:NGNPro:Voicemail")
        messages = [e.get("name") for e in root.iter("{http://schemas.xmlsoap.org/wsdl/}message")]
        assert "VoicemailAddAccountRequest" in messages
        assert not any(name.startswith(("Sip", "Enum", "Customer")) for name in messages)

    def test_a_client_that_has_this_version_gets_no_body(self, bare: Platform) -> None:
        _, headers, body = request(bare.server.app, "GET", "/wsdl")
        status, again, nothing = request(bare.server.app, "GET", "/wsdl", HTTP_IF_NONE_MATCH=headers["ETag"])
        assert (status, again["ETag"], nothing) == ("304 Not Modified", headers["ETag"], b"")
        assert body

    def test_other_methods_are_told_which_are_allowed(self, bare: Platform) -> None:
        status, headers, _ = request(bare.server.app, "DELETE", "/")
        assert (status, headers["Allow"]) == ("405 Method Not Allowed", "GET, HEAD, POST")


class TestDomains:
    """The dot of an absolute domain name (RFC 1034 section 3.1)."""

    def test_an_account_is_found_with_it(self, bare: Platform) -> None:
        bare.add_account("joe", "cases.example.")
        assert bare.account("joe", "cases.example.")["id"]["domain"] == "cases.example"

    def test_a_range_is_stored_without_it(self, bare: Platform) -> None:
        key = {"prefix": "999001", "tld": "e164.arpa."}
        bare.call("Enum", "addRange", range={"id": key, "minDigits": 8, "maxDigits": 12})
        listed = bare.call("Enum", "getRanges", query={"filter": {"prefix": "999001"}})
        assert listed["ranges"][0]["id"]["tld"] == "e164.arpa"


@pytest.mark.parametrize(
    ("first", "same"), [("alice", "%41lice"), ("9901%231", "9901%231"), ("a.b", "a%2Eb"), ("Bob", "bob")]
)
def test_names_that_are_equal_are_one_account(bare: Platform, first: str, same: str) -> None:
    bare.add_account(first, "cases.example")
    assert bare.account(same, "cases.example") == bare.account(first, "cases.example")
    add_again = call("addAccount", ADD.replace("joe", same), AUTH)
    assert "already" in answer(bare, add_again)[2]


def test_an_escape_that_a_username_needs_is_kept(bare: Platform) -> None:
    bare.add_account("9901%231", "cases.example")
    assert bare.account("9901%231", "cases.example")["id"]["username"] == "9901%231"
    assert "a # is written as %23" in add(bare, ADD.replace("joe", "9901#1"))[2]


class TestCircles:
    """Diversions and aliases that lead back to where the call began."""

    def divert(self, bare: Platform, username: str, target: str, condition: str = "FUNC") -> str:
        key = f"<sipId><username>{username}</username><domain>cases.example</domain></sipId>"
        parts = f"{key}<diversions><{condition}>{target}</{condition}></diversions>"
        return answer(bare, call("setCallDiversions", parts, AUTH))[2]

    def alias(self, bare: Platform, name: str, target: str) -> str:
        ids = "".join(
            f"<{part}><username>{user}</username><domain>cases.example</domain></{part}>"
            for part, user in (("id", name), ("target", target))
        )
        return answer(bare, call("addAlias", f"<alias>{ids}</alias>", AUTH))[2]

    @pytest.fixture(autouse=True)
    def accounts(self, bare: Platform) -> None:
        for name in ("joe", "ann", "tom"):
            bare.add_account(name, "cases.example")

    @pytest.mark.parametrize("condition", ["FUNC", "FBUS", "FNOA", "FNOL", "FUNV"])
    def test_an_account_is_not_diverted_to_itself(self, bare: Platform, condition: str) -> None:
        assert "circle" in self.divert(bare, "joe", "sip:Joe@cases.example;transport=tls", condition)

    def test_nor_to_an_alias_of_its_own(self, bare: Platform) -> None:
        self.alias(bare, "desk", "joe")
        assert "circle" in self.divert(bare, "joe", "sip:desk@cases.example", "FBUS")

    def test_three_accounts_are_not_diverted_in_a_ring(self, bare: Platform) -> None:
        assert self.divert(bare, "joe", "sip:ann@cases.example") == ""
        assert self.divert(bare, "ann", "sip:tom@cases.example") == ""
        assert "circle" in self.divert(bare, "tom", "sip:joe@cases.example")

    def test_two_that_answer_for_each_other_while_busy_are_fine(self, bare: Platform) -> None:
        assert self.divert(bare, "joe", "sip:ann@cases.example", "FBUS") == ""
        assert self.divert(bare, "ann", "sip:joe@cases.example", "FBUS") == ""

    def test_aliases_do_not_point_to_each_other(self, bare: Platform) -> None:
        assert self.alias(bare, "one", "two") == ""
        assert self.alias(bare, "two", "three") == ""
        assert "circle" in self.alias(bare, "three", "one")

    def number(self, bare: Platform, digits: str, target: str) -> str:
        mapping = f"<item><type>sip</type><mapto>{target}</mapto></item>"
        parts = f"<number><id><number>{digits}</number></id><mappings>{mapping}</mappings></number>"
        body = call("addNumber", parts, AUTH).replace(b":NGNPro:Sip", b":NGNPro:Enum")
        return answer(bare, body)[2]

    @pytest.fixture
    def numbered(self, bare: Platform) -> Platform:
        bare.call("Enum", "addRange", range={"id": {"prefix": "999001"}, "minDigits": 8, "maxDigits": 8})
        assert self.number(bare, "99900101", "sip:joe@cases.example") == ""
        return bare

    @pytest.mark.parametrize("own", ["+99900101", "0099900101"])
    def test_an_account_is_not_diverted_to_its_own_number(self, numbered: Platform, own: str) -> None:
        for condition in ("FUNC", "FBUS"):
            assert "circle" in self.divert(numbered, "joe", f"sip:{own}@cases.example", condition)

    def test_a_number_of_another_platform_is_not_followed(self, numbered: Platform) -> None:
        assert self.divert(numbered, "joe", "sip:+99900101@elsewhere.example") == ""

    def test_a_number_does_not_point_to_an_account_that_diverts_to_it(self, numbered: Platform) -> None:
        assert self.divert(numbered, "ann", "sip:+99900102@cases.example") == ""
        assert "circle" in self.number(numbered, "99900102", "sip:ann@cases.example")

    def test_an_alias_does_not_close_a_ring_of_diversions(self, bare: Platform) -> None:
        assert self.divert(bare, "joe", "sip:ann@cases.example") == ""
        assert self.divert(bare, "ann", "sip:desk@cases.example") == ""
        assert "circle" in self.alias(bare, "desk", "joe")
