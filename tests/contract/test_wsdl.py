"""The WSDL compared with the contract's table, item by item, using lxml alone and not the project's own tables."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.schema import WSDL_PATH

WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
XSD = "{http://www.w3.org/2001/XMLSchema}"
ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"

CONTRACT = json.loads(Path(__file__).with_name("ngnpro.json").read_text())
ROOT = etree.parse(WSDL_PATH).getroot()

OPERATIONS = [(port, name) for port, entry in CONTRACT["ports"].items() for name in entry["operations"]]
STRUCTS = {name: entry["fields"] for name, entry in CONTRACT["types"].items() if "fields" in entry}
MEMBERS = [(name, member["name"]) for name, members in STRUCTS.items() for member in members]

# Types that the client's code does not show; docs/decisions/01-wire.md has the reasons for our choice.
CHOSEN = {
    ("PrepaidStatus", "callInProgress"): "xsd:boolean",
    ("PrepaidStatus", "maxSessionTime"): "xsd:int",
    ("PrepaidStatus", "destination"): "xsd:string",
    ("PrepaidStatus", "lastCallPrice"): "xsd:float",
    ("PrepaidStatus", "sessionTime"): "xsd:int",
    ("CreditHistoryEntry", "number"): "xsd:string",
    ("Call", "rate"): "xsd:string",
    ("VoicemailAccount", "info"): "xsd:string",
}
CHOSEN_PARTS = {("Voicemail", "setAnnouncement", "message"): "xsd:base64Binary"}
CHOSEN_RESULTS: dict[tuple[str, str], str | None] = {
    ("Voicemail", "setAnnouncement"): None,
    ("Presence", "getWatchers"): "presence:WatcherArray",
}

# The type of the header, which the contract does not name, and the types of our own ports.
OURS = {
    *("Auth", "BatchCall", "BatchCallArray", "BatchResult", "BatchResultArray"),
    *("ProxyLoad", "ProxyLoadArray"),
    *("DiversionTo", "DiversionToArray", "DiversionsInCircles"),
    *("ContactTo", "ContactToArray", "ContactsTo"),
    *("Alarm", "AlarmArray", "GatewayState", "GatewayStateArray", "HealthSample", "HealthSampleArray", "Health"),
    *("FoundAccount", "FoundAccountArray"),
    *("CallSearch", "FoundCall", "FoundCallArray", "FoundCallPage"),
    *("Watcher", "WatcherArray", "Usage", "UsageSample", "UsageSampleArray", "DomainUsage", "DomainUsageArray"),
    *("Provisioning", "ProvisioningSample", "ProvisioningSampleArray"),
    *("ProvisioningShare", "ProvisioningShareArray"),
    *("VoucherBatch", "VoucherBatchArray", "VoucherBatchFilter", "VoucherBatchQuery", "VoucherBatchList"),
    *("ExportedVoucher", "ExportedVoucherArray", "Voucher", "VoucherArray"),
}
OUR_PORTS = ["Batch", "Platform", "Watch"]

# Codes that a client ignores although, as we understand the operation, it never returns them.
FAULTS_WITHOUT_MEANING = {("Sip", "removeFromGroup", 1030), ("Sip", "getCreditHistory", 2000)}

# Members whose names need no explanation.
OBVIOUS = {
    *("bankAccount", "billingEmail", "city", "description", "email", "fax", "firstName", "lastName"),
    *("mobile", "name", "organization", "postcode", "tel", "vatNumber", "web"),
}


def named(tag: str, name: str, within: etree._Element = ROOT) -> etree._Element:
    found = [element for element in within.iter(tag) if element.get("name") == name]
    assert len(found) == 1, f"{len(found)} elements {tag} are named {name}"
    return found[0]


def operation(part: str, port: str, name: str) -> etree._Element:
    return named(f"{WSDL}operation", name, named(f"{WSDL}{part}", f"{port}{part[:1].upper()}{part[1:]}"))


def parts(message: str | None) -> list[tuple[str | None, str | None]]:
    assert message is not None
    element = named(f"{WSDL}message", message.removeprefix("tns:"))
    return [(part.get("name"), part.get("type")) for part in element.findall(f"{WSDL}part")]


def qualified(type_: str, port: str = "") -> str:
    """Return the name with which the WSDL refers to a type of the contract, in an operation of a port."""
    prefix = CONTRACT["ports"].get(port, {}).get("typesPrefix", "tns")
    if type_.startswith("array of "):
        item = type_.removeprefix("array of ")
        return f"{prefix}:{item}Array"
    return f"{prefix}:{type_}" if type_ in CONTRACT["types"] else f"xsd:{type_}"


def structure(name: str) -> etree._Element:
    """Return the definition of a type, which stands in the schema of its namespace."""
    namespace = CONTRACT["types"].get(name, {}).get("namespace")
    schemas = ROOT.findall(f"{WSDL}types/{XSD}schema")
    chosen = next((schema for schema in schemas if schema.get("targetNamespace") == namespace), None)
    found = [one for schema in schemas for one in schema.iter(f"{XSD}complexType") if one.get("name") == name]
    return found[0] if chosen is None else named(f"{XSD}complexType", name, chosen)


def member_of(type_: str, name: str) -> etree._Element:
    return named(f"{XSD}element", name, structure(type_))


def contract_member(type_: str, name: str) -> dict[str, Any]:
    return next(member for member in STRUCTS[type_] if member["name"] == name)


def documentation(element: etree._Element, tag: str = f"{WSDL}documentation") -> str:
    return " ".join((element.findtext(tag) or "").split())


def annotation(element: etree._Element) -> str:
    return documentation(element, f"{XSD}annotation/{XSD}documentation")


def test_the_types_have_the_contract_s_namespace() -> None:
    assert ROOT.get("targetNamespace") == CONTRACT["typesNamespace"]
    assert ROOT.find(f"{WSDL}types/{XSD}schema").get("targetNamespace") == CONTRACT["typesNamespace"]


def test_the_service_has_exactly_the_ports_of_the_contract_and_ours() -> None:
    service = named(f"{WSDL}service", "NGNPro")
    ports = [(port.get("name"), port.get("binding")) for port in service.findall(f"{WSDL}port")]
    assert ports == [(f"{port}Port", f"tns:{port}Binding") for port in [*CONTRACT["ports"], *OUR_PORTS]]
    assert len(list(ROOT.iter(f"{WSDL}service"))) == 1


@pytest.mark.parametrize("port", CONTRACT["ports"])
def test_a_port_has_exactly_the_contract_s_operations(port: str) -> None:
    for part in ("portType", "binding"):
        element = named(f"{WSDL}{part}", f"{port}{part[:1].upper()}{part[1:]}")
        names = [entry.get("name") for entry in element.findall(f"{WSDL}operation")]
        assert sorted(map(str, names)) == sorted(CONTRACT["ports"][port]["operations"])


@pytest.mark.parametrize(("port", "name"), OPERATIONS)
def test_an_operation_takes_the_contract_s_parts_in_their_order(port: str, name: str) -> None:
    expected = [
        (part, CHOSEN_PARTS.get((port, name, part)) or qualified(type_, port))
        for part, type_ in CONTRACT["ports"][port]["operations"][name]["in"]
    ]
    assert parts(operation("portType", port, name).find(f"{WSDL}input").get("message")) == expected


@pytest.mark.parametrize(("port", "name"), OPERATIONS)
def test_an_operation_answers_what_the_contract_says(port: str, name: str) -> None:
    out = CONTRACT["ports"][port]["operations"][name]["out"]
    # Where a client accepts either ("none or Gateway") we return the stored record.
    answer = None if out == "none" else qualified(out.removeprefix("none or "), port)
    answer = CHOSEN_RESULTS.get((port, name), answer)
    result = parts(operation("portType", port, name).find(f"{WSDL}output").get("message"))
    assert result == ([] if answer is None else [("result", answer)])


@pytest.mark.parametrize(("port", "name"), OPERATIONS)
def test_an_operation_is_bound_as_rpc_encoded_with_the_auth_header(port: str, name: str) -> None:
    bound = operation("binding", port, name)
    assert bound.find(f"{SOAP}operation").get("soapAction") == ""
    header = bound.find(f"{WSDL}input/{SOAP}header")
    assert (header.get("message"), header.get("part"), header.get("use"), header.get("namespace")) == (
        "tns:Authentication",
        CONTRACT["header"]["element"],
        "encoded",
        CONTRACT["typesNamespace"],
    )
    for direction in ("input", "output"):
        body = bound.find(f"{WSDL}{direction}/{SOAP}body")
        assert body.attrib == {
            "use": "encoded",
            "namespace": CONTRACT["ports"][port]["namespace"],
            "encodingStyle": ENCODING,
        }


@pytest.mark.parametrize("port", CONTRACT["ports"])
def test_a_binding_is_rpc_over_http(port: str) -> None:
    binding = named(f"{WSDL}binding", f"{port}Binding")
    assert binding.get("type") == f"tns:{port}PortType"
    assert binding.find(f"{SOAP}binding").attrib == {
        "style": "rpc",
        "transport": "http://schemas.xmlsoap.org/soap/http",
    }


@pytest.mark.parametrize(("port", "name"), OPERATIONS)
def test_an_operation_refuses_with_the_contract_s_exception(port: str, name: str) -> None:
    fault = operation("portType", port, name).find(f"{WSDL}fault")
    assert parts(fault.get("message")) == [("exception", "tns:NGNProException")]
    bound = operation("binding", port, name).find(f"{WSDL}fault")
    assert bound.get("name") == fault.get("name") == bound.find(f"{SOAP}fault").get("name")


def test_the_header_has_the_contract_s_members() -> None:
    fields = CONTRACT["header"]["fields"]
    members = list(named(f"{XSD}complexType", "Auth").iter(f"{XSD}element"))
    assert [(member.get("name"), member.get("type")) for member in members] == [
        (field["name"], f"xsd:{field['type']}") for field in fields
    ]
    assert parts("Authentication") == [(CONTRACT["header"]["element"], "tns:Auth")]


def test_the_types_are_the_contract_s_and_the_lists_they_need() -> None:
    named_in_wsdl = {str(element.get("name")) for element in ROOT.iter(f"{XSD}complexType")}
    mentioned = {member["type"] for members in STRUCTS.values() for member in members}
    assert CONTRACT["ports"]["Presence"]["operations"]["getWatchers"]["out"] == "unknown"
    mentioned |= {entry["out"] for port in CONTRACT["ports"].values() for entry in port["operations"].values()}
    lists = {qualified(type_).removeprefix("tns:") for type_ in mentioned if type_.startswith("array of ")}
    assert named_in_wsdl == set(CONTRACT["types"]) | lists | OURS


@pytest.mark.parametrize("name", STRUCTS)
def test_a_structure_has_exactly_the_contract_s_members(name: str) -> None:
    content = structure(name).find(f"{XSD}all")
    assert [member.get("name") for member in content] == [member["name"] for member in STRUCTS[name]]


@pytest.mark.parametrize(("type_", "name"), MEMBERS)
def test_a_member_has_the_contract_s_type_and_may_be_left_out(type_: str, name: str) -> None:
    member = member_of(type_, name)
    expected = CHOSEN.get((type_, name)) or qualified(contract_member(type_, name)["type"])
    assert (member.get("type"), member.get("minOccurs"), member.get("nillable")) == (expected, "0", None)


def test_every_member_of_unknown_type_was_decided() -> None:
    unknown = {key for key in MEMBERS if contract_member(*key)["type"] == "unknown"}
    assert unknown == set(CHOSEN)


@pytest.mark.parametrize(
    "name", [name for name in (str(e.get("name")) for e in ROOT.iter(f"{XSD}complexType")) if name.endswith("Array")]
)
def test_a_list_is_a_soap_array_of_the_contract_s_items(name: str) -> None:
    item = CONTRACT["types"].get(name, {}).get("item") or name.removesuffix("Array")
    restriction = structure(name).find(f"{XSD}complexContent/{XSD}restriction")
    assert restriction.get("base") == "SOAP-ENC:Array"
    attribute = restriction.find(f"{XSD}attribute")
    assert attribute.get("ref") == "SOAP-ENC:arrayType"
    ours = "presence" if item == "Watcher" else "tns"
    assert attribute.get(f"{WSDL}arrayType") == (f"{ours}:{item}[]" if name in OURS else f"{qualified(item)}[]")


@pytest.mark.parametrize(("port", "name"), OPERATIONS)
def test_an_operation_s_documentation_names_the_faults_that_clients_know(port: str, name: str) -> None:
    text = documentation(operation("portType", port, name))
    assert len(text) > 20
    known = CONTRACT["ports"][port]["operations"][name].get("faults", [])
    missing = {(port, name, code) for code in known if str(code) not in text}
    assert missing == {fault for fault in FAULTS_WITHOUT_MEANING if fault[:2] == (port, name)}


def test_the_documentation_names_exactly_the_faults_that_our_server_has() -> None:
    texts = " ".join(element.text or "" for element in ROOT.iter(f"{WSDL}documentation"))
    assert {int(code) for code in re.findall(r"\b[1234579]\d{3}\b", texts)} == set(FaultCode)


@pytest.mark.parametrize("port", CONTRACT["ports"])
def test_a_port_is_documented(port: str) -> None:
    assert documentation(named(f"{WSDL}portType", f"{port}PortType"))


def test_the_whole_interface_is_documented() -> None:
    assert "auth" in documentation(ROOT)


@pytest.mark.parametrize("name", [str(element.get("name")) for element in ROOT.iter(f"{XSD}complexType")])
def test_a_type_is_documented(name: str) -> None:
    assert annotation(structure(name))


@pytest.mark.parametrize(("type_", "name"), MEMBERS)
def test_a_member_is_documented_unless_its_name_says_it_all(type_: str, name: str) -> None:
    text = annotation(member_of(type_, name))
    if name not in OBVIOUS:
        assert text
    for value in contract_member(type_, name).get("allowed", []):
        assert str(value) in text


@pytest.mark.parametrize("name", [name for name, entry in CONTRACT["types"].items() if "orderBy" in entry])
def test_a_query_s_documentation_names_the_attributes_to_sort_by(name: str) -> None:
    text = annotation(member_of(name, "orderBy"))
    for attribute in CONTRACT["types"][name]["orderBy"]:
        assert attribute in text
