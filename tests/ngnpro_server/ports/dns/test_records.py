"""Records of DNS zones: their types, names and values, owners and lists."""

from __future__ import annotations

from typing import Any

import pytest

from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.invalid_values import InvalidValueCases
from tests.support.platform import Platform, kept_numbers, refused

Auth = dict[str, Any]
A = {"name": "www", "type": "A", "value": "192.0.2.1"}


@pytest.fixture(autouse=True)
def zone(platform: Platform) -> None:
    """The customer's zone."""
    platform.call("Dns", "addZone", zone={"name": "example.com", "customer": platform.customer.id})


def add(platform: Platform, record: Any = A, auth: Auth | None = None, **members: Any) -> Any:
    return platform.call("Dns", "addRecord", auth, record={"zone": "example.com"} | record | members)


def update(platform: Platform, record_id: int, auth: Auth | None = None, **members: Any) -> Any:
    return platform.call("Dns", "updateRecord", auth, record={"id": record_id} | members)


def listed(platform: Platform, auth: Auth | None = None, **query: Any) -> list[str]:
    found = platform.call("Dns", "getRecords", auth, query=query)
    assert found["total"] == len(found["records"])
    return [f"{record['name']} {record['type']} {record['value']}" for record in found["records"]]


def serial(platform: Platform) -> int:
    return int(platform.call("Dns", "getZone", zone="example.com")["serial"])


def test_a_record_is_added_read_changed_and_deleted(platform: Platform) -> None:
    before = serial(platform)
    added = add(platform, ttl=60)
    assert added | A | {"zone": "example.com", "ttl": 60, "priority": 0} == added
    assert (added["owner"], added["customer"]) == (platform.customer.id, platform.customer.id)
    assert added["reseller"] == platform.reseller.id
    changed = update(platform, added["id"], value="192.0.2.2", name="web")
    assert changed == added | {"value": "192.0.2.2", "name": "web", "changeDate": changed["changeDate"]}
    assert platform.call("Dns", "getRecord", recordId=added["id"]) == changed
    assert platform.call("Dns", "deleteRecord", recordId=added["id"]) is None
    with refused(FaultCode.ZONE_RECORD_MISSING):
        platform.call("Dns", "deleteRecord", recordId=added["id"])
    assert serial(platform) == before + 3


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("kind", "given", "stored"),
    [
        ("A", "192.0.2.1", "192.0.2.1"),
        ("AAAA", "2001:DB8:0:0::1", "2001:db8::1"),
        ("CNAME", "WWW.example.org.", "www.example.org"),
        ("MX", "mail", "mail.example.com"),
        ("MX", ".", "."),
        ("SRV", "10 5060 sip.example.com.", "10 5060 sip.example.com"),
        ("NS", "ns1.example.net", "ns1.example.net"),
        ("NAPTR", '10 20 "s" "SIP+D2U" "" _sip._udp', '10 20 "s" "SIP+D2U" "" _sip._udp.example.com'),
        ("NAPTR", '20 "s" "SIP+D2U" "" _sip._udp', '5 20 "s" "SIP+D2U" "" _sip._udp.example.com'),
        ("PTR", "host.example.com", "host.example.com"),
        ("TXT", 'v=spf1 -all "', '"v=spf1 -all \\""'),
        ("TXT", '"one" "two"', '"one" "two"'),
        ("LOC", "52 22 23 N 4 53 32 E -2m", "52 22 23.000 N 4 53 32.000 E -2.00m"),
    ],
)
def test_values_are_stored_in_their_normal_form(platform: Platform, kind: str, given: str, stored: str) -> None:
    added = add(platform, {"name": "x", "type": kind, "value": given, "priority": 5})
    assert added["value"] == stored
    assert added["priority"] == (5 if kind in ("MX", "SRV", "NAPTR") else 0)
    assert update(platform, added["id"], value=stored)["value"] == stored


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("@", ""),
        ("", ""),
        ("example.com.", ""),
        ("WWW.Example.com", "www"),
        ("*", "*"),
        ("*.a", "*.a"),
        ("_sip._tcp", "_sip._tcp"),
    ],
)
def test_names_are_stored_within_the_zone(platform: Platform, given: str, stored: str) -> None:
    assert add(platform, A | {"name": given})["name"] == stored


class TestInvalidValues(InvalidValueCases):
    invalid = (
        ("type", {"type": "SPF"}),
        ("type", {"type": ""}),
        ("type", {"name": "", "type": "CNAME", "value": "www.example.org"}),
        ("type", {"name": "", "type": "NS", "value": "ns.example.org"}),
        ("name", {"name": "a..b"}),
        ("name", {"name": "www.example.org."}),
        ("name", {"name": "w w"}),
        ("name", {"name": "a.*"}),
        ("value", {"value": ""}),
        ("value", {"value": "192.0.2"}),
        ("value", {"value": "2001:db8::1"}),
        ("value", {"type": "AAAA", "value": "192.0.2.1"}),
        ("value", {"type": "CNAME", "value": "two words"}),
        ("value", {"type": "MX", "value": "mail_1.example.com"}),
        ("value", {"type": "SRV", "value": "5060 sip.example.com"}),
        ("value", {"type": "SRV", "value": "10 65536 sip.example.com"}),
        ("value", {"type": "NAPTR", "value": "s SIP+D2U"}),
        ("value", {"type": "LOC", "value": "Amsterdam"}),
        ("value", {"type": "TXT", "value": '"open'}),
        ("value", {"type": "TXT", "value": "x" * 2001}),
        ("value", {"value": "192.0.2.1\n$INCLUDE /etc/passwd"}),
        ("ttl", {"ttl": -1}),
        ("priority", {"type": "MX", "value": "mail", "priority": 65536}),
    )

    def send(self, platform: Platform, given: Any) -> Any:
        return add(platform, **given)

    def stored(self, platform: Platform) -> Any:
        return listed(platform)


def test_a_record_exists_once(platform: Platform) -> None:
    add(platform)
    with refused(FaultCode.ZONE_RECORD_EXISTS):
        add(platform, name="WWW")
    other = add(platform, value="192.0.2.2")
    with refused(FaultCode.ZONE_RECORD_EXISTS):
        update(platform, other["id"], value="192.0.2.1")
    for priority in (10, 20):
        add(platform, {"name": "", "type": "MX", "value": "mail", "priority": priority})


def test_a_cname_stands_alone(platform: Platform) -> None:
    add(platform)
    with refused(FaultCode.VALUE_INVALID, "type"):
        add(platform, {"name": "www", "type": "CNAME", "value": "www.example.org"})
    alone = add(platform, {"name": "ftp", "type": "CNAME", "value": "www.example.org"})
    with refused(FaultCode.VALUE_INVALID, "type"):
        add(platform, name="ftp")
    assert update(platform, alone["id"], ttl=60)["ttl"] == 60


def test_a_record_stays_in_its_zone(platform: Platform) -> None:
    platform.call("Dns", "addZone", zone={"name": "example.org"})
    added = add(platform)
    with refused(FaultCode.VALUE_INVALID, "zone"):
        update(platform, added["id"], zone="example.org")
    assert update(platform, added["id"], zone="Example.com")["zone"] == "example.com"
    with refused(FaultCode.ZONE_MISSING):
        add(platform, zone="example.net")


def test_a_foreign_record_does_not_exist_and_an_owner_has_theirs(platform: Platform) -> None:
    added = add(platform)
    for party in (platform.sibling, platform.stranger, platform.rival):
        assert listed(platform, party.auth) == []
        with refused(FaultCode.ZONE_MISSING):
            add(platform, auth=party.auth, value="192.0.2.9")
        for operation in ("getRecord", "deleteRecord"):
            with refused(FaultCode.ZONE_RECORD_MISSING):
                platform.call("Dns", operation, party.auth, recordId=added["id"])
        with refused(FaultCode.ZONE_RECORD_MISSING):
            update(platform, added["id"], party.auth, value="192.0.2.9")
    update(platform, added["id"], owner=platform.sibling.id)
    assert listed(platform, platform.sibling.auth) == ["www A 192.0.2.1"]
    assert update(platform, added["id"], platform.sibling.auth, ttl=60)["owner"] == platform.sibling.id
    with refused(FaultCode.VALUE_INVALID, "owner"):
        update(platform, added["id"], owner=platform.stranger.id)


def test_records_are_listed_by_every_filter_and_order(platform: Platform) -> None:
    first = add(platform, A | {"name": "b"})
    add(platform, {"name": "a", "type": "TXT", "value": "Über uns"}, owner=platform.sibling.id)
    platform.call("Dns", "addZone", zone={"name": "example.org", "customer": platform.stranger.id})
    add(platform, A | {"name": "c"}, zone="example.org")
    for given, expected in (
        ({"id": first["id"]}, ["b"]),
        ({"zone": "example.com"}, ["a", "b"]),
        ({"zone": "example%"}, ["a", "b", "c"]),
        ({"name": "B"}, ["b"]),
        ({"type": "TXT"}, ["a"]),
        ({"value": "192.0.2.%"}, ["b", "c"]),
        ({"owner": platform.sibling.id}, ["a"]),
        ({"customer": platform.customer.id}, ["a", "b"]),
        ({"reseller": platform.rival.id}, ["c"]),
        ({"zone": "example.com", "type": "A"}, ["b"]),
    ):
        assert sorted(line.split()[0] for line in listed(platform, filter=given)) == expected, given
    for attribute, expected in (("name", ["a", "b", "c"]), ("type", ["b", "c", "a"])):
        order = {"attribute": attribute, "direction": "ASC"}
        assert [line.split()[0] for line in listed(platform, orderBy=order)] == expected


def test_counts_follow_the_records(platform: Platform) -> None:
    before = kept_numbers(platform.server)
    added = add(platform)
    update(platform, added["id"], owner=platform.sibling.id, type="TXT", value="text")
    assert kept_numbers(platform.server)["dns record", "outsider_id", str(platform.sibling.id)] == 1
    platform.call("Dns", "deleteRecord", recordId=added["id"])
    assert kept_numbers(platform.server) == before
