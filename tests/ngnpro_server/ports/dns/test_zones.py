"""DNS zones: their members, owners and lists."""

from __future__ import annotations

from typing import Any

import pytest

from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.invalid_values import InvalidValueCases
from tests.support.platform import Platform, kept_numbers, refused

Auth = dict[str, Any]


def add(platform: Platform, name: str = "example.com", auth: Auth | None = None, **members: Any) -> Any:
    return platform.call("Dns", "addZone", auth, zone={"name": name} | members)


def names(platform: Platform, auth: Auth | None = None, **query: Any) -> list[str]:
    listed = platform.call("Dns", "getZones", auth, query=query)
    assert listed["total"] == len(listed["zones"])
    return [found["name"] for found in listed["zones"]]


def test_a_zone_is_added_read_changed_and_deleted(platform: Platform) -> None:
    members = {"ttl": 600, "info": "Shop", "minimum": 60, "retry": 900, "expire": 86400, "email": "dns@example.net"}
    servers = ["ns1.example.net", "NS2.example.net."]
    added = add(platform, "Example.COM.", customer=platform.customer.id, nameservers=servers, **members)
    expected = members | {"name": "example.com", "nameservers": ["ns1.example.net", "ns2.example.net"]}
    assert added | expected == added
    assert (added["customer"], added["reseller"]) == (platform.customer.id, platform.reseller.id)
    changed = platform.call("Dns", "updateZone", zone={"name": "example.com", "info": "Closed", "serial": 0})
    assert changed == added | {
        "info": "Closed",
        "serial": added["serial"] + 1,
        "changeDate": changed["changeDate"],
    }
    assert platform.call("Dns", "getZone", zone="EXAMPLE.com") == changed
    assert platform.call("Dns", "getZones", query={}) == {"total": 1, "zones": [changed]}
    assert platform.call("Dns", "deleteZone", zone="example.com") is None
    with refused(FaultCode.ZONE_MISSING):
        platform.call("Dns", "deleteZone", zone="example.com")


def test_members_that_a_new_zone_leaves_out_have_defaults(platform: Platform) -> None:
    added = add(platform)
    assert (added["ttl"], added["minimum"], added["retry"], added["expire"]) == (3600, 3600, 3600, 1209600)
    assert (added["email"], added["nameservers"]) == ("hostmaster@example.com", [])


def test_the_administrator_of_a_new_zone_is_that_of_the_customer_or_reseller(platform: Platform) -> None:
    platform.grant(platform.reseller, dns_admin_email="dns@reseller.example")
    assert add(platform, customer=platform.customer.id)["email"] == "dns@reseller.example"
    platform.grant(platform.customer, dns_admin_email="dns@customer.example")
    assert add(platform, "example.org", customer=platform.customer.id)["email"] == "dns@customer.example"


def test_a_name_is_taken_once(platform: Platform) -> None:
    add(platform)
    with refused(FaultCode.ZONE_EXISTS):
        add(platform, "EXAMPLE.com")
    platform.call("Enum", "addRange", range={"id": {"prefix": "3120"}})
    with refused(FaultCode.ZONE_EXISTS):
        add(platform, "0.2.1.3.e164.arpa")


class TestInvalidValues(InvalidValueCases):
    invalid = (
        ("name", {"name": ""}),
        ("name", {"name": "no zone"}),
        ("name", {"name": "192.0.2.1"}),
        ("ttl", {"ttl": -1}),
        ("retry", {"retry": 0}),
        ("expire", {"expire": 0}),
        ("minimum", {"minimum": -1}),
        ("info", {"info": "x" * 256}),
        ("email", {"email": "nobody"}),
        ("nameservers", {"nameservers": ["not a host"]}),
        ("nameservers", {"nameservers": [f"ns{n}.example.net" for n in range(14)]}),
    )

    def send(self, platform: Platform, given: Any) -> Any:
        return add(platform, **given)

    def stored(self, platform: Platform) -> Any:
        return names(platform)


def test_a_name_within_or_around_someone_elses_zone_is_added_by_administrators_only(platform: Platform) -> None:
    add(platform, "shop.example.com", customer=platform.stranger.id)
    for name in ("example.com", "a.shop.example.com", "shop.example.com"):
        with refused(FaultCode.ZONE_EXISTS):
            add(platform, name, platform.customer.auth)
    add(platform, "myshop.example.com", platform.customer.auth)
    add(platform, "a.shop.example.com", platform.stranger.auth)
    add(platform, "example.com", customer=platform.customer.id)


def test_credit_limits_zones(platform: Platform) -> None:
    platform.grant(platform.customer, dns_zone_credit=1)
    add(platform, "example.com", platform.customer.auth)
    with refused(FaultCode.CREDIT_EXHAUSTED):
        add(platform, "example.org", platform.customer.auth)
    assert names(platform) == ["example.com"]


def test_a_foreign_zone_does_not_exist(platform: Platform) -> None:
    add(platform, customer=platform.customer.id)
    for party in (platform.sibling, platform.stranger, platform.rival):
        assert names(platform, party.auth) == []
        for operation, given in (("getZone", "example.com"), ("deleteZone", "example.com")):
            with refused(FaultCode.ZONE_MISSING):
                platform.call("Dns", operation, party.auth, zone=given)
        with refused(FaultCode.ZONE_MISSING):
            platform.call("Dns", "updateZone", party.auth, zone={"name": "example.com", "info": "taken"})
    for party in (platform.customer, platform.reseller):
        assert names(platform, party.auth) == ["example.com"]


def test_a_zone_takes_its_records_to_another_customer(platform: Platform) -> None:
    add(platform, customer=platform.customer.id)
    record = {"zone": "example.com", "name": "www", "type": "A", "value": "192.0.2.1"}
    platform.call("Dns", "addRecord", record=record)
    alias = {"zone": "example.com", "name": "info", "type": "MBOXFW", "value": "me@example.org"}
    platform.call("Dns", "addFancyRecord", record=alias)
    before = kept_numbers(platform.server)
    platform.call("Dns", "updateZone", zone={"name": "example.com", "customer": platform.stranger.id})
    for party, total in ((platform.reseller, 0), (platform.stranger, 1), (platform.rival, 1)):
        for operation in ("getZones", "getRecords", "getFancyRecords"):
            assert platform.call("Dns", operation, party.auth, query={})["total"] == total
    platform.call("Dns", "updateZone", zone={"name": "example.com", "customer": platform.customer.id})
    assert kept_numbers(platform.server) == before


def test_nothing_of_a_deleted_zone_is_left(platform: Platform) -> None:
    before = kept_numbers(platform.server)
    add(platform, customer=platform.customer.id)
    for number in range(3):
        record = {"zone": "example.com", "name": f"h{number}", "type": "A", "value": "192.0.2.1"}
        platform.call("Dns", "addRecord", record=record)
    for kind, value in (("MBOXFW", "me@example.org"), ("URL", "https://example.org/")):
        fancy = {"zone": "example.com", "name": "info", "type": kind, "value": value}
        platform.call("Dns", "addFancyRecord", record=fancy)
    platform.call("Dns", "deleteZone", zone="example.com")
    assert platform.call("Dns", "getRecords", query={}) == {"total": 0, "records": []}
    assert platform.call("Dns", "getFancyRecords", query={}) == {"total": 0, "records": []}
    assert kept_numbers(platform.server) == before


def test_zones_are_listed_by_every_filter_and_order(platform: Platform) -> None:
    add(platform, "b.example", info="Ämsterdam", customer=platform.customer.id)
    add(platform, "a.example", info="Haarlem", customer=platform.stranger.id)
    for given, expected in (
        ({"name": "%.example"}, ["a.example", "b.example"]),
        ({"name": "B.example"}, ["b.example"]),
        ({"info": "äm%"}, ["b.example"]),
        ({"customer": platform.customer.id}, ["b.example"]),
        ({"reseller": platform.rival.id}, ["a.example"]),
    ):
        assert sorted(names(platform, filter=given)) == expected, given
    order = {"attribute": "name", "direction": "ASC"}
    assert names(platform, orderBy=order) == ["a.example", "b.example"]
    assert names(platform, orderBy=order | {"direction": "DESC"}) == ["b.example", "a.example"]


@pytest.mark.databases("sqlite")
def test_a_customer_with_a_zone_is_not_deleted(platform: Platform) -> None:
    add(platform, customer=platform.customer.id)
    with refused(FaultCode.CUSTOMER_IN_USE):
        platform.call("Customer", "deleteAccount", id=platform.customer.id)
    platform.call("Dns", "deleteZone", zone="example.com")
    platform.call("Customer", "deleteAccount", id=platform.customer.id)
