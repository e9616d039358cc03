"""Servers whose WSDL differs from ours: more members, fewer, other types, nil values, references."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from ngnpro_wire.schema import WSDL_PATH
from portal.ngnpro import Engine, Ngnpro, errors
from portal.ngnpro import records as r
from tests.support.envelopes import envelope
from tests.support.scripted import Scripted

ALICE = r.SipId(username="alice", domain="example.com")
ID = {"username": "alice", "domain": "example.com"}


def bare(path: Path) -> str:
    """Read a WSDL without its documentation and blanks, so that equal elements have equal texts."""
    root = etree.parse(path, etree.XMLParser(remove_blank_text=True, remove_comments=True)).getroot()
    for element in root.findall(".//{*}annotation") + root.findall(".//{*}documentation"):
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)
    return etree.tostring(root, encoding="unicode")


WSDL = bare(WSDL_PATH)


def variant(folder: Path, *changes: tuple[str, str], name: str = "theirs.wsdl") -> Path:
    """Write a WSDL that differs from ours; every replaced text must occur in it."""
    text = WSDL
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    path = folder / name
    path.write_text(text)
    return path


def client_of(server: Scripted) -> Ngnpro:
    engine = Engine(url="http://ngnpro.test/", username="admin", password="s3cret", wsdl=server.wsdl)
    return server.client(engine=engine)


ACCOUNT = '<xsd:complexType name="SipAccount"><xsd:all>'
MORE = (
    ACCOUNT,
    ACCOUNT
    + """
          <xsd:element name="costCenter" type="xsd:string" minOccurs="0"/>
          <xsd:element name="expiry" type="xsd:int" minOccurs="0" nillable="true"/>
          <xsd:element name="plans" type="tns:PlanArray" minOccurs="0"/>""",
)
PLANS = (
    '<xsd:complexType name="AclEntry">',
    """<xsd:complexType name="Plan"><xsd:all>
        <xsd:element name="name" type="xsd:string"/>
        <xsd:element name="minutes" type="xsd:int" minOccurs="0" nillable="true"/>
        <xsd:element name="zones" type="tns:StringArray" minOccurs="0"/>
      </xsd:all></xsd:complexType>
      <xsd:complexType name="PlanArray"><xsd:complexContent><xsd:restriction base="SOAP-ENC:Array">
        <xsd:attribute ref="SOAP-ENC:arrayType" wsdl:arrayType="tns:Plan[]"/>
      </xsd:restriction></xsd:complexContent></xsd:complexType>
      <xsd:complexType name="AclEntry">""",
)


@pytest.fixture
def richer(tmp_path: Path) -> Path:
    return variant(tmp_path, MORE, PLANS)


def test_members_that_we_do_not_know_go_back_unchanged(richer: Path) -> None:
    theirs = {
        "id": ID,
        "firstName": "Alice",
        "costCenter": "R&D <7>",
        "plans": [{"name": "night", "minutes": 30, "zones": ["eu", "us"]}, {"name": "day", "zones": []}],
    }
    server = Scripted(richer, answers={"getAccount": theirs})
    client = client_of(server)

    account = client.sip.get_account(ALICE)
    client.sip.update_account(replace(account, first_name="Alicia"))

    assert account.extra == {"costCenter": theirs["costCenter"], "plans": theirs["plans"]}
    assert server.last.arguments["account"] == {**theirs, "firstName": "Alicia"}


def test_nil_members_are_sent_back_as_nil(richer: Path) -> None:
    reply = envelope(
        """<ns5:getAccountResponse><a><id><username>alice</username><domain>example.com</domain></id>
        <expiry xsi:nil="true"/><email xsi:nil="true"/><lastName>Liddell</lastName>
        <plans SOAP-ENC:arrayType="ns4:Plan[1]"><item><name>day</name><minutes xsi:nil="true"/></item></plans>
        </a></ns5:getAccountResponse>"""
    )
    server = Scripted(richer, answers={"getAccount": reply})
    client = client_of(server)

    client.sip.update_account(replace(client.sip.get_account(ALICE), first_name="Alicia"))

    assert server.last.arguments["account"] == {
        "id": ID,
        "firstName": "Alicia",
        "lastName": "Liddell",
        "expiry": None,
        "plans": [{"name": "day", "minutes": None}],
    }
    assert b'<expiry xsi:nil="true"/>' in server.bodies[-1]
    assert b"<email" not in server.bodies[-1]


def test_a_nil_member_of_ours_goes_back_as_nil_where_the_wsdl_lets_it(tmp_path: Path) -> None:
    email = '<xsd:element name="email" type="xsd:string" minOccurs="0"/>'
    path = variant(tmp_path, (email, email.replace("/>", ' nillable="true"/>')))
    reply = envelope(
        "<ns5:getAccountResponse><a><id><username>alice</username><domain>example.com</domain></id>"
        '<email xsi:nil="1"/></a></ns5:getAccountResponse>'
    )
    server = Scripted(path, answers={"getAccount": reply})
    client = client_of(server)
    account = client.sip.get_account(ALICE)

    client.sip.update_account(account)
    client.sip.update_account(replace(account, email="alice@example.com"))

    assert account.email == ""
    assert [call.arguments["account"]["email"] for call in server.calls[1:]] == [None, "alice@example.com"]


def test_absent_members_stay_absent() -> None:
    server = Scripted(answers={"getAccount": {"id": ID, "firstName": "Alice"}})
    client = server.client()

    client.sip.update_account(replace(client.sip.get_account(ALICE), last_name="Liddell"))

    assert server.last.arguments["account"] == {"id": ID, "firstName": "Alice", "lastName": "Liddell"}


def test_a_member_that_was_emptied_is_sent_empty() -> None:
    theirs = {"id": ID, "email": "a@b.c", "groups": ["x"], "quota": 5, "properties": [{"name": "n", "value": "v"}]}
    server = Scripted(answers={"getAccount": theirs})
    client = server.client()

    client.sip.update_account(replace(client.sip.get_account(ALICE), email="", groups=(), quota=0, properties=()))

    assert server.last.arguments["account"] == {"id": ID, "email": "", "groups": [], "quota": 0, "properties": []}


def test_one_item_that_changes_leaves_the_others_as_they_came() -> None:
    rows = [{"id": 1, "type": "sip", "mapto": "sip:a@b.c", "ttl": 60}, {"id": 2, "type": "tel", "mapto": "tel:+1"}]
    server = Scripted(answers={"getNumber": {"id": {"number": "31", "tld": "e164.arpa"}, "mappings": rows}})
    client = server.client()
    number = client.enum.get_number(r.EnumId(number="31"))

    mappings = (replace(number.mappings[0], mapto="sip:x@y.z"), *number.mappings[1:], r.EnumMapping(mapto="sip:n@e.w"))
    client.enum.update_number(replace(number, mappings=mappings))

    assert server.last.arguments["number"]["mappings"] == [
        {"id": 1, "type": "sip", "mapto": "sip:x@y.z", "ttl": 60},
        {"id": 2, "type": "tel", "mapto": "tel:+1"},
        {"type": "sip", "mapto": "sip:n@e.w", "priority": 5, "ttl": 3600},
    ]


def test_members_that_they_lack_are_not_sent(tmp_path: Path) -> None:
    path = variant(
        tmp_path,
        ('<xsd:element name="region" type="xsd:string" minOccurs="0"/>', ""),
        ('<xsd:element name="match_ip_address" type="xsd:string" minOccurs="0"/>', ""),
    )
    server = Scripted(path, answers={"addAccount": {"id": ID}})
    client = client_of(server)

    client.sip.add_account(r.SipAccount(id=ALICE, region="north"))

    assert "region" not in server.last.arguments["account"]
    assert not client.knows(r.SipAccount, "region")
    assert client.knows(r.SipAccount, "rpid")
    assert not client.knows(r.SipDomain, "match_ip_address")


def without(operation: str) -> list[tuple[str, str]]:
    """Remove an operation from our WSDL, wherever it is declared."""
    changes, rest = [], WSDL
    while (start := rest.find(f'<wsdl:operation name="{operation}"')) >= 0:
        end = rest.index("</wsdl:operation>", start) + len("</wsdl:operation>")
        changes.append((rest[start:end], ""))
        rest = rest[end:]
    assert len(changes) == 2
    return changes


def test_operations_that_they_lack_are_not_offered(tmp_path: Path) -> None:
    server = Scripted(variant(tmp_path, *without("getRoutes")))
    client = client_of(server)

    assert not client.sip.offers("getRoutes")
    assert client.sip.offers("getCarriers")
    with pytest.raises(errors.NotOffered, match="getRoutes"):
        client.sip.get_routes()
    assert server.calls == []


def test_a_whole_port_may_be_missing(tmp_path: Path) -> None:
    start = WSDL.index('<wsdl:binding name="VoicemailBinding"')
    end = WSDL.index("</wsdl:binding>", start) + len("</wsdl:binding>")
    port = WSDL.index('<wsdl:port name="VoicemailPort"')
    close = WSDL.index("</wsdl:port>", port) + len("</wsdl:port>")
    client = client_of(Scripted(variant(tmp_path, (WSDL[start:end], ""), (WSDL[port:close], ""))))

    assert not client.voicemail.offers("getAccount")
    assert client.sip.offers("getAccount")


RENAMED = [
    ("tns:SipAccount", "tns:Subscriber"),
    ('name="SipAccount', 'name="Subscriber'),
    ("tns:SipId", "tns:Address"),
    ("presence:SipId", "presence:Address"),
    ('name="SipId', 'name="Address'),
    ('<xsd:element name="prepaid" type="xsd:int"', '<xsd:element name="prepaid" type="xsd:boolean"'),
    ('<xsd:element name="owner" type="xsd:int"', '<xsd:element name="owner" type="xsd:string"'),
    ('<xsd:element name="rpid" type="xsd:string"', '<xsd:element name="rpid" type="xsd:long"'),
    ('<xsd:element name="delete" type="xsd:int"', '<xsd:element name="delete" type="xsd:string"'),
]


@pytest.mark.parametrize("style", [lambda text: text, lambda text: text.replace("xsd:all>", "xsd:sequence>")])
def test_types_of_other_names_and_kinds_are_served(tmp_path: Path, style: Callable[[str], str]) -> None:
    path = variant(tmp_path, *RENAMED)
    path.write_text(style(path.read_text()))
    theirs = {"id": ID, "prepaid": True, "owner": "17", "rpid": 31201234567}
    server = Scripted(path, answers={"getAccount": theirs})
    client = client_of(server)

    account = client.sip.get_account(ALICE)
    client.sip.update_account(replace(account, prepaid=False, owner=18, rpid="4930123456"))

    assert (account.prepaid, account.owner, account.rpid) == (True, 17, "31201234567")
    assert server.last.arguments["account"] == {"id": ID, "prepaid": False, "owner": "18", "rpid": 4930123456}
    assert client.knows(r.SipAccount, "prepaid")


def test_a_member_of_another_kind_is_an_outage_and_no_crash(tmp_path: Path) -> None:
    quota = '<xsd:element name="quota" type="xsd:int" minOccurs="0"/>'
    theirs = variant(tmp_path, (quota, quota.replace("xsd:int", "tns:SipId")))
    server = Scripted(theirs, answers={"getAccount": {"id": ID, "quota": ID}})

    with pytest.raises(errors.NotSoap, match="does not fit"):
        client_of(server).sip.get_account(ALICE)


def test_a_flag_that_comes_as_text_is_read(tmp_path: Path) -> None:
    answers: dict[str, Any] = {"getAccount": {"mailbox": "1", "options": {"delete": "True"}}}
    server = Scripted(variant(tmp_path, *RENAMED), answers=answers)

    assert client_of(server).voicemail.get_account(ALICE).options.delete


def multi_ref(number: int, kind: str, content: str) -> str:
    return f'<multiRef id="id{number}" SOAP-ENC:root="0" xsi:type="{kind}">{content}</multiRef>'


def address(username: str) -> str:
    return f"<username>{username}</username><domain>example.com</domain>"


MULTIREF = envelope(
    '<ns5:getAccountsResponse SOAP-ENC:root="1"><getAccountsReturn href="#id0"/></ns5:getAccountsResponse>'
    + multi_ref(
        0,
        "ns4:SipAccountList",
        '<total xsi:type="xsd:int">2</total><accounts SOAP-ENC:arrayType="ns4:SipAccount[2]"'
        ' xsi:type="SOAP-ENC:Array"><accounts href="#id1"/><accounts href="#id2"/></accounts>',
    )
    + multi_ref(
        1,
        "ns4:SipAccount",
        '<id href="#id3"/><firstName xsi:nil="true"/><groups SOAP-ENC:arrayType="xsd:string[1]">'
        '<groups>free-pstn</groups></groups><owner href="#id4"/>',
    )
    + multi_ref(2, "ns4:SipAccount", '<id href="#id5"/><owner href="#id4"/>')
    + multi_ref(3, "ns4:SipId", address("alice"))
    + multi_ref(4, "xsd:int", "17")
    + multi_ref(5, "ns4:SipId", address("bob"))
)


def test_an_answer_of_references_is_followed() -> None:
    page = Scripted(answers={"getAccounts": MULTIREF}).client().sip.get_accounts()

    assert page.items == (
        r.SipAccount(id=ALICE, groups=("free-pstn",), owner=17),
        r.SipAccount(id=r.SipId(username="bob", domain="example.com"), owner=17),
    )


def test_an_import_beside_the_wsdl_is_read_and_one_from_the_network_refused(tmp_path: Path) -> None:
    encoding = '<xsd:import namespace="http://schemas.xmlsoap.org/soap/encoding/"/>'
    theirs = f'{encoding}<xsd:import namespace="urn:theirs" schemaLocation="{{}}"/>'
    (tmp_path / "theirs.xsd").write_text(
        '<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:theirs"/>'
    )
    beside = variant(tmp_path, (encoding, theirs.format("theirs.xsd")), name="beside.wsdl")
    remote = variant(tmp_path, (encoding, theirs.format("http://elsewhere.test/theirs.xsd")), name="remote.wsdl")

    assert client_of(Scripted(beside)).sip.offers("getDomains")
    with pytest.raises(errors.Unusable, match=r"http://elsewhere\.test/theirs\.xsd"):
        client_of(Scripted(remote))
