"""Answers and faults: those we write, compared as text, and those of other servers, read from handwritten messages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import etree

from ngnpro_wire.codec import WireError, WireFault, decode_reply, encode_fault, encode_reply, encode_request
from ngnpro_wire.schema import Operation, load_schema
from tests.support.envelopes import answer, envelope

SCHEMA = load_schema()
SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"

PAGE = {
    "total": 3,
    "accounts": [
        {"id": {"username": "alice", "domain": "example.com"}, "groups": ["sms", "quota"], "acl": [], "prepaid": 1},
        {"id": {"username": "bob", "domain": "example.com"}, "properties": [{"name": "language", "value": "nl"}]},
    ],
}


def operation(port: str, name: str) -> Operation:
    return SCHEMA.operation(port, name)


def response(body: bytes) -> etree._Element:
    content = etree.fromstring(body).find(f"{SOAP}Body")
    assert content is not None
    assert len(content) == 1
    return content[0]


def written(port: str, name: str, result: Any) -> str:
    return encode_reply(SCHEMA, operation(port, name), result).decode()


def test_an_answer_has_exactly_one_part_in_an_element_of_the_port_s_namespace() -> None:
    element = response(encode_reply(SCHEMA, operation("Sip", "getAccounts"), PAGE))
    assert element.tag == "{urn:AGProjects:NGNPro:Sip}getAccountsResponse"
    assert [part.tag for part in element] == ["result"]


@pytest.mark.parametrize(("port", "name"), [("Sip", "deleteDomain"), ("Customer", "setProperties")])
def test_nothing_is_an_empty_response_element(port: str, name: str) -> None:
    element = response(encode_reply(SCHEMA, operation(port, name), None))
    assert element.tag == f"{{{operation(port, name).namespace}}}{name}Response"
    assert len(element) == 0
    assert element.text is None


def test_a_list_says_its_soap_type_first_and_its_item_type_and_count_after() -> None:
    text = written("Sip", "getAccounts", PAGE)
    assert '<accounts xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="tns:SipAccount[2]"><item' in text
    assert '<groups xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="xsd:string[2]">' in text
    assert '<acl xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="tns:AclEntry[0]"></acl>' in text


def test_every_element_says_its_type() -> None:
    result = response(encode_reply(SCHEMA, operation("Sip", "getAccounts"), PAGE))[0]
    assert all(element.get(XSI_TYPE) for element in result.iter())
    account = result.find("accounts/item")
    assert account is not None
    assert [account.get(XSI_TYPE), *(child.get(XSI_TYPE) for child in account)] == [
        "tns:SipAccount",
        "tns:SipId",
        "SOAP-ENC:Array",
        "xsd:int",
        "SOAP-ENC:Array",
    ]


def test_members_that_are_absent_or_none_are_left_out() -> None:
    record = {"domain": "example.com", "customer": None, "verify_cert": False}
    result = response(encode_reply(SCHEMA, operation("Sip", "addDomain"), record))[0]
    assert [member.tag for member in result] == ["domain", "verify_cert"]


@pytest.mark.parametrize("forbidden", ["offset", "href", "id=", "nil", "multiRef"])
def test_an_answer_has_none_of_what_breaks_clients(forbidden: str) -> None:
    assert forbidden not in written("Sip", "getAccounts", PAGE)


def test_members_that_the_wsdl_does_not_know_stay_behind() -> None:
    assert "secret" not in written("Sip", "addDomain", {"domain": "example.com", "secret": "x"})


def test_none_in_a_list_is_left_out_and_not_counted() -> None:
    text = written("Sip", "getGroups", ["sms", None, "quota"])
    assert 'SOAP-ENC:arrayType="xsd:string[2]"' in text
    assert text.count("<item ") == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (False, "false"), (1, "true"), (0, "false")],
)
def test_a_boolean_is_true_or_false(value: object, text: str) -> None:
    assert f'<require_cert xsi:type="xsd:boolean">{text}<' in written("Sip", "addDomain", {"require_cert": value})


def test_a_truth_value_where_a_number_belongs_is_a_number() -> None:
    assert '<prepaid xsi:type="xsd:int">1<' in written("Sip", "addAccount", {"prepaid": True})


def test_money_keeps_its_cents() -> None:
    text = written("Sip", "addBalance", {"old_balance": 10, "new_balance": 1234567.89})
    assert '<old_balance xsi:type="xsd:float">10<' in text
    assert '<new_balance xsi:type="xsd:float">1234567.89<' in text


def test_markup_in_text_is_escaped() -> None:
    text = written("Sip", "getCallDiversions", {"FBUS": "<voice-mailbox>", "FUNC": "sip:a&b@example.com"})
    assert ">&lt;voice-mailbox&gt;<" in text
    assert ">sip:a&amp;b@example.com<" in text


@pytest.mark.parametrize("text", ["a\rb", "a\r\nb", "a\n\tb", " a ", "]]>", "Zoë 李 😀", "'\"", "&amp;"])
def test_text_comes_back_as_it_went(text: str) -> None:
    body = encode_reply(SCHEMA, operation("Sip", "getSipTrace"), text)
    assert decode_reply(SCHEMA, operation("Sip", "getSipTrace"), body) == text


NESTED = "".join(f"<name{n}>R&D &amp; \u674e</name{n}>" for n in range(30))


@pytest.mark.parametrize("text", [NESTED, f"{NESTED}]]>{NESTED}]]", f"{NESTED}\r\n{NESTED}", f"<![CDATA[{NESTED}]]>"])
def test_xml_within_a_text_comes_back_as_it_went(text: str) -> None:
    body = encode_reply(SCHEMA, operation("Sip", "getSipTrace"), text)
    assert decode_reply(SCHEMA, operation("Sip", "getSipTrace"), body) == text
    assert len(body) < 2 * len(text.encode()) + 700


def test_a_character_that_xml_cannot_carry_is_replaced_within_nested_xml() -> None:
    body = encode_reply(SCHEMA, operation("Sip", "getSipTrace"), f"{NESTED}\0")
    assert decode_reply(SCHEMA, operation("Sip", "getSipTrace"), body) == f"{NESTED}\ufffd"


@pytest.mark.parametrize("text", ["a\0b", "a\x1bb", "a\ud800b", "a\ufffeb"])
def test_a_character_that_xml_cannot_carry_is_replaced(text: str) -> None:
    body = encode_reply(SCHEMA, operation("Sip", "getSipTrace"), text)
    assert decode_reply(SCHEMA, operation("Sip", "getSipTrace"), body) == "a\ufffdb"


def test_a_fault_has_code_and_words_where_clients_look() -> None:
    fault = response(encode_fault(SCHEMA, 1001, "The domain <example.com> exists.", "Refused & not done"))
    assert fault.tag == f"{SOAP}Fault"
    assert [child.tag for child in fault] == ["faultcode", "faultstring", "detail"]
    assert fault.findtext("faultstring") == "Refused & not done"
    assert fault.findtext("detail/exception/errorcode") == "1001"
    assert fault.findtext("detail/exception/errorstring") == "The domain <example.com> exists."


def test_a_fault_s_members_say_their_types_and_the_exception_says_none() -> None:
    exception = response(encode_fault(SCHEMA, 1001, "Exists.", "Refused")).find("detail/exception")
    assert exception is not None
    assert [element.get(XSI_TYPE) for element in exception.iter()] == [None, "xsd:int", "xsd:string"]


def test_our_own_fault_is_read_back() -> None:
    with pytest.raises(WireFault) as raised:
        decode_reply(SCHEMA, operation("Sip", "addDomain"), encode_fault(SCHEMA, 9004, "domain: No.", "Refused"))
    assert raised.value == WireFault(9004, "domain: No.", "Refused")
    assert str(raised.value) == "Refused (9004): domain: No."


@pytest.mark.parametrize(
    ("detail", "code"),
    [
        ("<exception><errorcode>1001</errorcode><errorstring>Exists</errorstring></exception>", 1001),
        ('<n:e xmlns:n="urn:x"><n:errorcode> 1001 </n:errorcode><n:errorstring>Exists</n:errorstring></n:e>', 1001),
        ("<exception><errorstring>Exists</errorstring></exception>", None),
        ("<exception><errorcode>--5</errorcode><errorstring>Exists</errorstring></exception>", None),
        ("<exception><errorcode>many</errorcode><errorstring>Exists</errorstring></exception>", None),
        ("<exception><errorcode>99999999999999</errorcode><errorstring>Exists</errorstring></exception>", None),
    ],
)
def test_another_server_s_fault_is_read_with_the_code_it_has(detail: str, code: int | None) -> None:
    body = envelope(
        f"""<SOAP-ENV:Fault><faultcode>SOAP-ENV:Server</faultcode><faultstring>NGNProException</faultstring>
        <detail>{detail}</detail></SOAP-ENV:Fault>"""
    )
    with pytest.raises(WireFault) as raised:
        decode_reply(SCHEMA, operation("Sip", "addDomain"), body)
    assert raised.value == WireFault(code, "Exists", "NGNProException")


def test_a_fault_without_detail_is_still_a_fault() -> None:
    body = envelope("<SOAP-ENV:Fault><faultstring>Broken</faultstring></SOAP-ENV:Fault>")
    with pytest.raises(WireFault) as raised:
        decode_reply(SCHEMA, operation("Sip", "addDomain"), body)
    assert raised.value == WireFault(None, "", "Broken")


def test_an_answer_s_part_may_have_any_name_and_other_types_than_ours() -> None:
    body = answer(
        "getDomains",
        """<return xsi:type="ns1:SipDomainPage" xmlns:ns1="urn:other"><total xsi:type="xsd:integer">1</total>
        <domains><SipDomain><domain>example.com</domain><verify_cert xsi:type="xsd:int">1</verify_cert></SipDomain>
        </domains></return>""",
    )
    assert decode_reply(SCHEMA, operation("Sip", "getDomains"), body) == {
        "total": 1,
        "domains": [{"domain": "example.com", "verify_cert": True}],
    }


def test_an_answer_with_references_is_read() -> None:
    body = envelope(
        """<ns5:getGroupsResponse><r href="#g"/></ns5:getGroupsResponse>
        <m id="g" SOAP-ENC:arrayType="xsd:string[2]"><s href="#s"/><s>quota</s></m><m id="s">sms</m>"""
    )
    assert decode_reply(SCHEMA, operation("Sip", "getGroups"), body) == ["sms", "quota"]


def test_an_empty_answer_is_nothing() -> None:
    assert decode_reply(SCHEMA, operation("Sip", "getAccount"), answer("getAccount", "")) is None


def test_an_answer_where_none_is_due_is_passed_over() -> None:
    body = answer("deleteDomain", "<result>1</result>")
    assert decode_reply(SCHEMA, operation("Sip", "deleteDomain"), body) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Bad gateway",
        b"<html><body>502</body></html>",
        b"<html><body>502<br></body></html>",
        b'{"error": "no"}',
        envelope(""),
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"/>',
        b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><x/></e:Body></e:Envelope>',
    ],
)
def test_bytes_that_are_not_an_answer_are_a_wire_error(body: bytes) -> None:
    with pytest.raises(WireError):
        decode_reply(SCHEMA, operation("Sip", "getAccount"), body)


def test_a_call_has_its_header_and_typed_parts_in_order() -> None:
    auth = {"username": "portal", "password": "s3cret", "admin": True}
    arguments = {"description": "gift", "value": 5.5, "sipId": {"username": "alice"}}
    text = encode_request(SCHEMA, operation("Sip", "addBalance"), arguments, auth).decode()
    assert '<SOAP-ENV:Header><auth xsi:type="tns:Auth"><username xsi:type="xsd:string">portal<' in text
    call = response(text.encode())
    assert call.tag == "{urn:AGProjects:NGNPro:Sip}addBalance"
    assert [part.tag for part in call] == ["sipId", "value", "description"]


def test_a_call_without_auth_has_no_header() -> None:
    assert b"Header" not in encode_request(SCHEMA, operation("Sip", "getMediaSummary"), {})


def test_encoded_messages_are_well_formed_with_known_prefixes() -> None:
    text = written("Sip", "getAccounts", PAGE)
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>')
    assert set(re.findall(r'xsi:type="(\S+?):', text)) == {"tns", "xsd", "SOAP-ENC"}
    etree.fromstring(text.encode())
