"""The gaps of zeep that section5 fills; each test of plain zeep fails once a new version of zeep closes the gap."""

from __future__ import annotations

from typing import Any

import pytest
import zeep
import zeep.exceptions
from lxml import etree

from ngnpro_wire.codec import decode_request
from ngnpro_wire.schema import ENCODING_XSD_PATH, WSDL_PATH, load_schema
from portal.ngnpro import Credentials
from portal.ngnpro.gate import WsdlDocument

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
ARRAY_TYPE = "{http://schemas.xmlsoap.org/soap/encoding/}arrayType"
ACCOUNT = {"id": {"username": "a", "domain": "b.c"}, "groups": ["x"], "acl": [{"ip": "192.0.2.1", "mask": 32}]}
SIP_ID = {"username": "a", "domain": "b.c"}
RULES = {
    "persistent": [{"days": 1, "start": "00:00", "stop": "01:00", "groups": ["vip"]}],
    "temporary": {"groups": [], "duration": 0},
}


class Offline(zeep.Transport):
    """zeep's own transport, which reads the encoding schema from a file instead of fetching it."""

    def load(self, url: str) -> bytes:
        return (ENCODING_XSD_PATH if "soap/encoding" in url else WSDL_PATH).read_bytes()


@pytest.fixture(scope="module")
def plain() -> zeep.Client:
    return zeep.Client(str(WSDL_PATH), transport=Offline())


def plain_message(client: zeep.Client, operation: str, **arguments: Any) -> etree._Element:
    return client.create_message(client.bind("NGNPro", "SipPort"), operation, **arguments)


def our_message(operation: str, **arguments: Any) -> etree._Element:
    document = WsdlDocument(WSDL_PATH)
    declared = document.operation("Sip", operation)
    assert declared is not None
    return etree.fromstring(document.message(declared, arguments, Credentials("admin", "s3cret")))


def test_zeep_is_the_version_that_was_cured() -> None:
    assert zeep.__version__ == "4.3.3"


def test_plain_zeep_types_no_value(plain: zeep.Client) -> None:
    message = plain_message(plain, "addAccount", account=ACCOUNT)

    assert not message.xpath("//account/@*|//account/*/@*|//@*[local-name()='arrayType']")
    assert message.find(".//acl/AclEntry") is not None


def test_ours_types_every_value() -> None:
    message = our_message("addAccount", account=ACCOUNT)

    account = message.find(".//account")
    assert account is not None
    untyped = [element.tag for element in account.iter() if element.get(XSI_TYPE) is None]
    acl = account.find("acl")
    assert untyped == []
    assert account.nsmap[account.get(XSI_TYPE, "").partition(":")[0]] == "urn:AGProjects:NGNPro"
    assert acl is not None
    assert acl.get(XSI_TYPE) == "SOAP-ENC:Array"
    assert acl.get(ARRAY_TYPE, "").endswith(":AclEntry[1]")
    assert [item.tag for item in acl] == ["item"]


def test_no_prefix_of_a_type_is_bound_again_below_it() -> None:
    message = our_message("addAccount", account=ACCOUNT)

    for element in message.iter():
        prefix = element.get(XSI_TYPE, "xsd:").partition(":")[0]
        assert element.nsmap[prefix] == message.nsmap[prefix]


def test_plain_zeep_refuses_an_empty_array(plain: zeep.Client) -> None:
    with pytest.raises(zeep.exceptions.ValidationError, match="at least 1"):
        plain_message(plain, "addAccount", account={"groups": []})


def test_ours_sends_an_empty_array() -> None:
    groups = our_message("addAccount", account={"groups": []}).find(".//groups")

    assert groups is not None
    assert groups.get(ARRAY_TYPE) == "xsd:string[0]"


def test_plain_zeep_loses_an_array_within_an_item(plain: zeep.Client) -> None:
    for wsdl_type in plain.wsdl.types.types:
        if getattr(wsdl_type, "_array_type", None) is not None:
            for _name, group in wsdl_type.elements_nested:
                group[0].min_occurs = 0
    message = plain_message(plain, "setAcceptRules", sipId=SIP_ID, rules=RULES)

    groups = message.find(".//persistent/PersistentAcceptRule/groups")
    assert groups is not None
    assert len(groups) == 0


def test_ours_keeps_an_array_within_an_item() -> None:
    message = our_message("setAcceptRules", sipId=SIP_ID, rules=RULES)

    assert [group.text for group in message.iterfind(".//persistent/item/groups/item")] == ["vip"]


def test_plain_zeep_shadows_the_prefix_of_the_types(plain: zeep.Client) -> None:
    message = plain_message(plain, "addAccount", account=ACCOUNT)

    assert message.xpath("//*[local-name()='addAccount']")[0].nsmap["ns0"] == "urn:AGProjects:NGNPro:Sip"
    assert plain.wsdl.types.prefix_map["ns0"] == "urn:AGProjects:NGNPro"


def test_the_header_is_sent_unqualified_and_typed() -> None:
    header = our_message("getAccount", sipId=SIP_ID).find("{http://schemas.xmlsoap.org/soap/envelope/}Header/auth")

    assert header is not None
    assert [(member.tag, member.get(XSI_TYPE), member.text) for member in header] == [
        ("username", "xsd:string", "admin"),
        ("password", "xsd:string", "s3cret"),
        ("admin", "xsd:boolean", "true"),
    ]


def test_the_generated_configuration_is_read_by_the_server() -> None:
    message = etree.tostring(our_message("addAccount", account=ACCOUNT))

    request = decode_request(load_schema(), message)

    assert request.arguments == {"account": ACCOUNT}
    assert request.auth == {"username": "admin", "password": "s3cret", "admin": True}


def test_a_fault_of_plain_zeep_keeps_its_detail_raw(plain: zeep.Client) -> None:
    fault = etree.fromstring(
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault><faultcode>x</faultcode>'
        b"<faultstring>t</faultstring><detail><exception><errorcode>1001</errorcode></exception></detail>"
        b"</e:Fault></e:Body></e:Envelope>"
    )
    binding = plain.wsdl.bindings["{urn:AGProjects:NGNPro}SipBinding"]

    with pytest.raises(zeep.exceptions.Fault) as caught:
        binding.process_error(fault, binding.get("addDomain"))

    assert caught.value.detail.findtext(".//errorcode") == "1001"
