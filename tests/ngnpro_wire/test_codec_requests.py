"""Calls in the dialects of PEAR SOAP (CDRTool), PHP's ext-soap and zeep, read from handwritten messages."""

from __future__ import annotations

from typing import Any

import pytest

from ngnpro_wire.codec import UnknownOperation, WireError, WireValueError, decode_request
from ngnpro_wire.decoding import Strictness
from ngnpro_wire.schema import load_schema
from tests.support.envelopes import CUSTOMER, ENUM, PEAR_AUTH, SIP, VOICEMAIL, call, envelope

SCHEMA = load_schema()

PEAR_ADD_ACCOUNT = """<account xsi:type="ns4:SipAccount">
<id>
<username xsi:type="xsd:string">alice</username>
<domain xsi:type="xsd:string">example.com</domain></id>
<firstName xsi:type="xsd:string">Alice &amp; Bob</firstName>
<password xsi:type="xsd:string">a&lt;b&quot;c</password>
<owner xsi:type="xsd:string">7</owner>
<rpid></rpid>
<groups xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="xsd:string[2]" SOAP-ENC:offset="[0]">
<item xsi:type="xsd:string">free-pstn</item>
<item xsi:type="xsd:string">missed-calls</item>
</groups>
<prepaid xsi:type="xsd:int">1</prepaid>
<quota></quota>
<acl xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="xsd:anyType[0]"></acl>
<properties xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="Struct[2]" SOAP-ENC:offset="[0]">
<item>
<name xsi:type="xsd:string">language</name>
<value xsi:type="xsd:string">en</value></item>
<item>
<name xsi:type="xsd:string">ip</name>
<value></value></item>
</properties></account>"""


def arguments(body: bytes) -> dict[str, Any]:
    return decode_request(SCHEMA, body).arguments


def test_pear_soap_s_account_is_read_by_the_types_of_the_wsdl() -> None:
    request = decode_request(SCHEMA, call("addAccount", PEAR_ADD_ACCOUNT))
    assert (request.operation.port, request.operation.name) == ("Sip", "addAccount")
    assert request.arguments == {
        "account": {
            "id": {"username": "alice", "domain": "example.com"},
            "firstName": "Alice & Bob",
            "password": 'a<b"c',
            "owner": 7,
            "rpid": "",
            "groups": ["free-pstn", "missed-calls"],
            "prepaid": 1,
            "quota": None,
            "acl": [],
            "properties": [{"name": "language", "value": "en"}, {"name": "ip", "value": ""}],
        }
    }


def test_members_that_the_message_leaves_out_are_absent() -> None:
    account = arguments(call("addAccount", "<account><id><username>alice</username></id></account>"))["account"]
    assert account == {"id": {"username": "alice"}}


def test_the_header_is_read_without_a_namespace() -> None:
    assert decode_request(SCHEMA, call("getMediaSummary", "")).auth == {
        "username": "portal",
        "password": "s3cret",
        "admin": True,
        "impersonate": 0,
    }


def test_the_header_is_read_as_ext_soap_sends_it_with_namespace_and_type() -> None:
    header = """<ns4:auth xsi:type="ns4:Auth"><username xsi:type="xsd:string">example</username>
        <password xsi:type="xsd:string">p</password><admin xsi:type="xsd:boolean">false</admin></ns4:auth>"""
    assert decode_request(SCHEMA, call("getMediaSummary", "", header)).auth == {
        "username": "example",
        "password": "p",
        "admin": False,
    }


def test_the_header_s_members_may_have_a_namespace_too_and_admin_be_a_number() -> None:
    header = "<ns4:auth><ns4:admin>1</ns4:admin><ns4:username>a</ns4:username></ns4:auth>"
    assert decode_request(SCHEMA, call("getMediaSummary", "", header)).auth == {"admin": True, "username": "a"}


@pytest.mark.parametrize("header", ["", '<trace xmlns="urn:other">on</trace>'])
def test_a_call_without_the_header_has_none(header: str) -> None:
    assert decode_request(SCHEMA, call("getMediaSummary", "", header)).auth is None


def test_other_headers_are_passed_over() -> None:
    request = decode_request(SCHEMA, call("getMediaSummary", "", f'<trace xmlns="urn:other">on</trace>{PEAR_AUTH}'))
    assert request.auth is not None
    assert request.auth["username"] == "portal"


def test_a_password_never_shows_in_the_repr() -> None:
    assert "s3cret" not in repr(decode_request(SCHEMA, call("addAccount", PEAR_ADD_ACCOUNT)))


@pytest.mark.parametrize(("types", "port"), [("ns4", "ns5"), ("ns12", "ns13"), ("a", "b"), ("SIP-ENC", "_x")])
def test_prefixes_may_change_from_call_to_call(types: str, port: str) -> None:
    body = envelope(
        f'<{port}:deleteAccount><sipId xsi:type="{types}:SipId"><username>a</username></sipId></{port}:deleteAccount>',
        types_prefix=types,
        port_prefix=port,
    )
    assert arguments(body) == {"sipId": {"username": "a"}}


@pytest.mark.parametrize(
    ("port", "type_"), [(SIP, "SipAccount"), (CUSTOMER, "CustomerAccount"), (VOICEMAIL, "VoicemailAccount")]
)
def test_the_namespace_of_the_body_tells_the_port(port: str, type_: str) -> None:
    operation = decode_request(SCHEMA, call("addAccount", "<account/>", port=port)).operation
    assert (operation.namespace, operation.inputs["account"].name) == (port, type_)


def test_the_operation_may_use_a_default_namespace() -> None:
    body = envelope(f'<deleteDomain xmlns="{SIP}"><domain>example.com</domain></deleteDomain>')
    assert arguments(body) == {"domain": "example.com"}


def test_members_may_come_in_any_order() -> None:
    members = ["<strip>2</strip>", "<prefix>0031</prefix>", "<gateway_id>4</gateway_id>"]
    read = [
        arguments(call("addGatewayRule", f"<rule>{''.join(order)}</rule>")) for order in (members, reversed(members))
    ]
    assert read[0] == read[1] == {"rule": {"gateway_id": 4, "prefix": "0031", "strip": 2}}


@pytest.mark.parametrize(
    ("operation", "parts", "words"),
    [
        ("addDomain", "<extra>1</extra>", "addDomain has no part 'extra'. It may have domain."),
        ("addDomain", "<domain><domian>a.example</domian></domain>", "no member 'domian'. Is domain meant?"),
        ("getAccounts", "<query><filters/></query>", "query has no member 'filters'. Is filter meant?"),
        ("getAccounts", "<query><filter><user>a</user></filter></query>", "filter has no member 'user'."),
        ("addAccount", "<account><firstName>A</firstName><firstName>B</firstName></account>", "firstName: .*twice"),
        ("addAccount", "<account><groups><item>a</item></groups><groups/></account>", "groups: .*twice"),
        ("addDomain", "<domain/><domain/>", "domain: The part occurs twice."),
    ],
)
def test_parts_and_members_that_are_unknown_or_repeated_are_refused(operation: str, parts: str, words: str) -> None:
    with pytest.raises(WireError, match=words):
        arguments(call(operation, parts))


class TestWithUnknownMembersIgnored:
    """Decoding of calls from clients with a newer WSDL, whose records have more members."""

    @staticmethod
    def arguments(operation: str, parts: str) -> dict[str, Any]:
        return decode_request(SCHEMA, call(operation, parts), strictness=Strictness.FILTERS).arguments

    def test_a_record_may_have_more_members(self) -> None:
        parts = "<domain><domain>example.com</domain><colour>red</colour><tree><leaf><x>1</x></leaf></tree></domain>"
        assert self.arguments("addDomain", parts) == {"domain": {"domain": "example.com"}}

    @pytest.mark.parametrize(
        ("operation", "parts"),
        [
            ("addDomain", "<extra/>"),
            ("addDomain", "<domain><colour>red</colour></domain>"),
            ("addDomain", "<domain><domain>a</domain><domain>b</domain></domain>"),
            ("getAccounts", "<query><filters/></query>"),
            ("getAccounts", "<query><filter><username>a</username><users>b</users></filter></query>"),
            ("deleteAccount", "<sipId><username>a</username><domian>b</domian></sipId>"),
        ],
    )
    def test_filters_keys_and_records_without_a_known_member_are_refused(self, operation: str, parts: str) -> None:
        with pytest.raises(WireError):
            self.arguments(operation, parts)


def test_null_is_an_empty_element() -> None:
    domain = arguments(call("addDomain", "<domain><domain/><customer></customer><verify_cert/></domain>"))["domain"]
    assert domain == {"domain": "", "customer": None, "verify_cert": None}


def test_nil_is_null_and_is_left_out_of_lists() -> None:
    parts = """<account><firstName xsi:nil="true"/><owner xsi:nil="1"/>
        <groups><item>sms</item><item xsi:nil="true"/></groups><lastName xsi:nil="false">B</lastName></account>"""
    assert arguments(call("addAccount", parts))["account"] == {
        "firstName": None,
        "owner": None,
        "groups": ["sms"],
        "lastName": "B",
    }


@pytest.mark.parametrize(
    ("type_attributes", "items"),
    [
        ('xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="Struct[2]" SOAP-ENC:offset="[0]"', "item"),
        ('SOAP-ENC:arrayType="ns4:Route[2]" xsi:type="ns4:RouteArray"', "item"),
        ('xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="NULL[2]"', "item"),
        ("", "Route"),
    ],
    ids=["PEAR SOAP", "ext-soap", "PEAR SOAP, first item null", "zeep"],
)
def test_lists_of_structures_are_read_whatever_type_they_claim(type_attributes: str, items: str) -> None:
    parts = f"""<routes {type_attributes}><{items}><id>3</id></{items}>
        <{items}><id xsi:type="xsd:string">4</id></{items}></routes>"""
    assert arguments(call("deleteRoutes", parts)) == {"routes": [{"id": 3}, {"id": 4}]}


@pytest.mark.parametrize("count", [0, 1, 2, 3, 700])
def test_a_list_has_as_many_items_as_the_message(count: int) -> None:
    items = "".join(f"<item>{number}</item>" for number in range(count))
    parts = f'<members xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="xsd:anyType[0]">{items}</members>'
    assert arguments(call("setRejectMembers", parts)) == {"members": [str(number) for number in range(count)]}


def test_diversions_to_voicemail_arrive_as_escaped_text() -> None:
    parts = """<diversions xsi:type="ns4:CallDiversions"><FBUS xsi:type="xsd:string">&lt;voice-mailbox&gt;</FBUS>
        <nocondition xsi:type="xsd:string">empty</nocondition></diversions>"""
    assert arguments(call("setCallDiversions", parts)) == {
        "diversions": {"FBUS": "<voice-mailbox>", "nocondition": "empty"}
    }


def test_cdata_and_comments_read_as_the_text_they_hold() -> None:
    parts = "<domain><![CDATA[exam]]><!-- here -->ple.<?skip me?>com</domain>"
    assert arguments(call("deleteDomain", parts)) == {"domain": "example.com"}


def test_text_keeps_its_white_space_and_every_language() -> None:
    text = "  Zoë 李 Ольга 😀\n second line\t "
    parts = f"<domain>{text}</domain>"
    assert arguments(call("deleteDomain", parts)) == {"domain": text}


def test_references_are_followed_wherever_the_values_stand() -> None:
    body = envelope(
        """<ns5:addAlias><alias href="#a1"/></ns5:addAlias>
        <multiRef id="a1"><id href="#i1"/><target href="#i2"/><owner href="#o1"/></multiRef>
        <multiRef id="i1"><username>info</username></multiRef>
        <multiRef id="i2"><username>alice</username></multiRef>
        <multiRef id="o1" xsi:type="xsd:int">5</multiRef>"""
    )
    assert arguments(body) == {
        "alias": {"id": {"username": "info"}, "target": {"username": "alice"}, "owner": 5},
    }


def test_a_reference_to_an_inline_value_gives_the_same_value_as_ext_soap_sends_it() -> None:
    parts = """<routes><item id="ref1"><prefix>0031</prefix></item><item href="#ref1"/></routes>"""
    assert arguments(call("addRoutes", parts)) == {"routes": [{"prefix": "0031"}, {"prefix": "0031"}]}


def test_the_operation_is_found_behind_independent_elements() -> None:
    body = envelope(
        """<multiRef id="d"><domain>example.com</domain></multiRef>
        <ns5:addDomain><domain href="#d"/></ns5:addDomain>"""
    )
    assert arguments(body) == {"domain": {"domain": "example.com"}}


@pytest.mark.parametrize(
    ("href", "words"),
    [
        ("#nowhere", "does not hold"),
        ("http://192.0.2.1/secret", "does not hold"),
        ("file:///etc/passwd", "does not hold"),
        ("", "does not hold"),
        ("#b", "another reference"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused(href: str, words: str) -> None:
    body = envelope(f"""<ns5:addDomain><domain href="{href}"/></ns5:addDomain><m id="b" href="#c"/><m id="c">x</m>""")
    with pytest.raises(WireError, match=words):
        decode_request(SCHEMA, body)


@pytest.mark.parametrize(
    "body",
    [
        """<ns5:addAlias><alias id="a"><id href="#a"/></alias></ns5:addAlias>""",
        """<ns5:addRoutes><routes id="r"><item href="#r"/><item href="#r"/></routes></ns5:addRoutes>""",
        """<ns5:addAccount><account id="a"><acl id="b"><item href="#a"/></acl><properties href="#b"/></account>
        </ns5:addAccount>""",
    ],
)
def test_references_in_a_loop_are_refused(body: str) -> None:
    with pytest.raises(WireError, match="part of itself"):
        arguments(envelope(body))


def test_a_reference_to_itself_is_refused() -> None:
    with pytest.raises(WireError, match="another reference"):
        decode_request(SCHEMA, envelope('<ns5:addDomain><domain href="#d"/></ns5:addDomain><m id="d" href="#d"/>'))


def test_a_value_that_many_references_share_is_read_once() -> None:
    big = "x" * 100_000
    body = envelope(
        f"""<ns5:setRejectMembers><members>{'<item href="#m"/>' * 20_000}</members></ns5:setRejectMembers>
        <m id="m">{big}</m>"""
    )
    members = arguments(body)["members"]
    assert len(members) == 20_000
    assert all(member is members[0] for member in members)


@pytest.mark.parametrize(
    ("port", "name"),
    [
        (SIP, "addRange"),
        (ENUM, "addDomain"),
        ("urn:AGProjects:NGNPro:Rating", "addZone"),
        ("", "addDomain"),
        (SIP, "x"),
    ],
)
def test_an_unknown_operation_is_named_in_the_error(port: str, name: str) -> None:
    xmlns = f' xmlns="{port}"' if port else ""
    with pytest.raises(UnknownOperation, match=name):
        decode_request(SCHEMA, envelope(f"<{name}{xmlns}/>"))


def test_an_unknown_operation_with_a_huge_name_has_a_short_error() -> None:
    with pytest.raises(UnknownOperation) as raised:
        decode_request(SCHEMA, envelope(f'<{"x" * 9000} xmlns="urn:{"y" * 100_000}"/>'))
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ("<account><owner>seven</owner></account>", "owner"),
        ("<account><quota>99999999999</quota></account>", "quota"),
        ("<account><id>alice@example.com</id></account>", "id"),
        ("<account><groups>free-pstn</groups></account>", "groups"),
        ("<account><acl><item><mask>x</mask></item></acl></account>", "mask"),
        ("<account><acl><item>10.0.0.0/8</item></acl></account>", "acl"),
        ("<account><firstName><b>Al</b></firstName></account>", "firstName"),
        ("<account>alice</account>", "account"),
    ],
)
def test_a_value_of_the_wrong_type_names_its_field(parts: str, field: str) -> None:
    with pytest.raises(WireValueError) as raised:
        decode_request(SCHEMA, call("addAccount", parts))
    assert raised.value.field == field
    assert str(raised.value).startswith(f"{field}: ")


def test_a_wrong_value_in_a_referenced_structure_names_its_field() -> None:
    body = envelope('<ns5:addDomain><domain href="#d"/></ns5:addDomain><m id="d"><customer>x</customer></m>')
    with pytest.raises(WireValueError) as raised:
        decode_request(SCHEMA, body)
    assert raised.value.field == "customer"


def test_a_wrong_value_in_the_header_names_its_field() -> None:
    with pytest.raises(WireValueError) as raised:
        decode_request(SCHEMA, call("getMediaSummary", "", "<auth><admin>perhaps</admin></auth>"))
    assert raised.value.field == "admin"


def test_audio_arrives_as_bytes() -> None:
    parts = "<sipId><username>a</username></sipId><message xsi:type='xsd:base64Binary'>UklGRg\n AA/w==\n</message>"
    assert arguments(call("setAnnouncement", parts, port=VOICEMAIL))["message"] == b"RIFF\x00\x00\xff"
