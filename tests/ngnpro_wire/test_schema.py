"""The WSDL's tables."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from ngnpro_wire.schema import ENCODING_XSD_PATH, NAMESPACE, WSDL_PATH, XSD_NS, Array, Scalar, Struct, load_schema

SCHEMA = load_schema()


def test_there_are_the_eight_ports_of_the_contract_and_ours_each_with_its_namespace() -> None:
    ports = ("Sip", "Customer", "Enum", "Voicemail", "Dns", "Rating", "Network", "Batch", "Platform", "Watch")
    presence = {"Presence": "urn:AGProjects:SoapSIMPLEProxy:Presence"}
    assert SCHEMA.ports == {port: f"urn:AGProjects:NGNPro:{port}" for port in ports} | presence
    assert SCHEMA.namespace == NAMESPACE


def test_there_are_hundred_and_eight_operations_of_the_contract_and_twenty_one_of_ours() -> None:
    counts = Counter(operation.port for operation in SCHEMA.operations.values())
    ours = {"Batch": 1, "Platform": 3, "Watch": 17}
    last = {"Rating": 3, "Network": 2, "Presence": 6}
    assert counts == {"Sip": 60, "Customer": 8, "Enum": 9, "Voicemail": 5, "Dns": 15} | last | ours
    assert counts.total() == 108 + sum(ours.values()) == 108 + 21


def test_operations_of_the_same_name_are_told_apart_by_port() -> None:
    sip, customer, voicemail = (SCHEMA.operation(port, "addAccount") for port in ("Sip", "Customer", "Voicemail"))
    assert [operation.inputs["account"].name for operation in (sip, customer, voicemail)] == [
        "SipAccount",
        "CustomerAccount",
        "VoicemailAccount",
    ]


def test_an_operation_knows_its_parts_in_order_and_its_answer() -> None:
    operation = SCHEMA.operation("Sip", "addBalance")
    assert list(operation.inputs) == ["sipId", "value", "description"]
    assert operation.inputs["value"] == Scalar("float")
    assert isinstance(operation.output, Struct)
    assert operation.output.name == "BalanceChange"
    assert operation.namespace == "urn:AGProjects:NGNPro:Sip"


def test_an_operation_without_parts_and_one_without_answer_have_none() -> None:
    assert SCHEMA.operation("Sip", "getMediaSummary").inputs == {}
    assert SCHEMA.operation("Sip", "deleteDomain").output is None


@pytest.mark.parametrize(("port", "name"), [("Sip", "addRange"), ("Nowhere", "addRange"), ("", "")])
def test_an_unknown_operation_is_a_key_error(port: str, name: str) -> None:
    with pytest.raises(KeyError):
        SCHEMA.operation(port, name)


def test_a_list_knows_its_item_type() -> None:
    assert SCHEMA.types["StringArray"] == Array("StringArray", Scalar("string"))
    accounts = SCHEMA.types["SipAccountArray"]
    assert isinstance(accounts, Array)
    assert accounts.item is SCHEMA.types["SipAccount"]


def test_a_structure_knows_its_members_in_the_order_of_the_wsdl() -> None:
    domain = SCHEMA.types["SipDomain"]
    assert isinstance(domain, Struct)
    assert list(domain.fields)[:3] == ["domain", "customer", "reseller"]
    assert domain.fields["verify_cert"] == Scalar("boolean")


def test_a_file_is_read_once() -> None:
    assert load_schema() is load_schema(WSDL_PATH)


def test_types_of_the_same_name_in_two_files_stay_apart(tmp_path: Path) -> None:
    other = tmp_path / "other.wsdl"
    other.write_bytes(WSDL_PATH.read_bytes().replace(b'name="certificate"', b'name="seal"'))
    ours, theirs = SCHEMA.types["SipDomain"], load_schema(other).types["SipDomain"]
    assert ours != theirs
    assert isinstance(theirs, Struct)
    assert "seal" in theirs.fields


def test_a_named_simple_type_counts_as_its_base(tmp_path: Path) -> None:
    simple = """<xsd:simpleType name="Direction"><xsd:restriction base="xsd:string">
        <xsd:enumeration value="ASC"/></xsd:restriction></xsd:simpleType>
        <xsd:complexType name="OrderBy">"""
    wsdl = WSDL_PATH.read_text().replace('<xsd:complexType name="OrderBy">', simple)
    path = tmp_path / "simple.wsdl"
    path.write_text(wsdl.replace('name="direction" type="xsd:string"', 'name="direction" type="tns:Direction"'))
    order = load_schema(path).types["OrderBy"]
    assert isinstance(order, Struct)
    assert order.fields["direction"] == Scalar("string")


def test_a_missing_file_is_an_os_error_and_a_broken_one_a_syntax_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"missing\.wsdl"):
        load_schema(tmp_path / "missing.wsdl")
    broken = tmp_path / "broken.wsdl"
    broken.write_text("<wsdl:definitions")
    with pytest.raises(etree.XMLSyntaxError):
        load_schema(broken)


def test_the_stand_in_for_the_encoding_schema_has_what_the_wsdl_refers_to() -> None:
    root = etree.parse(ENCODING_XSD_PATH).getroot()
    assert root.get("targetNamespace") == "http://schemas.xmlsoap.org/soap/encoding/"
    names = {element.get("name") for element in root}
    assert {"Array", "arrayType"} <= names


def test_every_member_of_every_type_is_documented() -> None:
    element, documentation = f"{{{XSD_NS}}}element", f"{{{XSD_NS}}}annotation/{{{XSD_NS}}}documentation"
    members = list(etree.parse(WSDL_PATH).getroot().iter(element))
    assert members
    assert [member.get("name") for member in members if not (member.findtext(documentation) or "").strip()] == []


def test_types_of_the_same_name_in_two_namespaces_are_told_apart() -> None:
    ours, other = SCHEMA.operation("Sip", "getAccount"), SCHEMA.operation("Presence", "getWatchers")
    assert ours.inputs["sipId"] is SCHEMA.types["SipId"]
    assert ours.inputs["sipId"].namespace == ""
    assert other.inputs["sipId"].namespace == "urn:AGProjects:SoapSIMPLEProxy"
    assert list(other.inputs["sipId"].fields) == ["username", "domain"]
