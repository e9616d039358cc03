"""Trusted peers."""

from __future__ import annotations

from typing import Any

from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.invalid_values import InvalidValueCases
from tests.support.platform import Platform, refused

Auth = dict[str, Any]


def add(platform: Platform, ip: str = "192.0.2.1", auth: Auth | None = None, **members: Any) -> Any:
    return platform.call("Sip", "addTrustedPeer", auth, peer={"ip": ip} | members)


def addresses(platform: Platform, auth: Auth | None = None, **query: Any) -> list[str]:
    listed = platform.call("Sip", "getTrustedPeers", auth, query=query)
    assert listed["total"] == len(listed["peers"])
    return [peer["ip"] for peer in listed["peers"]]


def test_a_peer_is_added_changed_listed_and_deleted_with_all_its_members(platform: Platform) -> None:
    members = {
        "description": "PBX Haarlem",
        "callLimit": 30,
        "msteams": True,
        "tenant": "contoso.example",
        "carrierName": "Transit",
        "originator": "haarlem",
        "prefix": "0031",
        "strip": 2,
        "blocked": 1,
        "enumLookup": False,
        "transit": True,
        "prepaid": True,
        "authToken": "t0ken",
        "tags": "Office, VIP",
        "billingId": "B-17",
        "protocol": "udp",
        "fromPattern": "^sip:.*",
    }
    added = add(platform, owner=platform.reseller.id, **members)
    assert added | members == added
    assert (added["owner"], added["reseller"]) == (platform.reseller.id, platform.reseller.id)
    changed = platform.call("Sip", "updateTrustedPeer", peer={"ip": "192.0.2.1", "callLimit": 5})
    assert changed == added | {"callLimit": 5, "changeDate": changed["changeDate"]}
    assert platform.call("Sip", "getTrustedPeers", query={}) == {"total": 1, "peers": [changed]}
    assert platform.call("Sip", "deleteTrustedPeer", ip="192.0.2.1") is None
    with refused(FaultCode.PEER_MISSING):
        platform.call("Sip", "deleteTrustedPeer", ip="192.0.2.1")


def test_members_that_a_new_peer_leaves_out_have_defaults(platform: Platform) -> None:
    added = add(platform)
    assert (added["enumLookup"], added["transit"], added["msteams"], added["callLimit"]) == (True, False, False, 0)


def test_an_address_is_an_ip_address_or_a_host_name_and_taken_once(platform: Platform) -> None:
    add(platform, "2001:DB8::1")
    add(platform, "SIP.Contoso.example", msteams=True)
    with refused(FaultCode.PEER_EXISTS):
        add(platform, "2001:db8:0::1", platform.reseller.auth)
    assert platform.call("Sip", "updateTrustedPeer", peer={"ip": "2001:db8::0001"})["ip"] == "2001:db8::1"
    for address in ("", "192.0.2.0/24", "a b"):
        with refused(FaultCode.VALUE_INVALID, "ip"):
            add(platform, address)


class TestInvalidValues(InvalidValueCases):
    invalid = (
        ("description", {"description": "x" * 241}),
        ("callLimit", {"callLimit": -1}),
        ("prefix", {"prefix": "abc"}),
        ("strip", {"strip": 65}),
        ("tags", {"tags": "a\nb"}),
    )

    def send(self, platform: Platform, given: Any) -> Any:
        return add(platform, **given)


def test_peers_are_for_administrators_and_active_resellers(platform: Platform) -> None:
    platform.call("Customer", "updateAccount", account={"id": platform.rival.id, "resellerActive": False})
    for party in (platform.customer, platform.rival):
        for operation, arguments in (
            ("addTrustedPeer", {"peer": {"ip": "192.0.2.1"}}),
            ("updateTrustedPeer", {"peer": {"ip": "192.0.2.1"}}),
            ("deleteTrustedPeer", {"ip": "192.0.2.1"}),
            ("getTrustedPeers", {"query": {}}),
        ):
            with refused(FaultCode.NOT_PERMITTED):
                platform.call("Sip", operation, party.auth, **arguments)


def test_a_peer_belongs_to_the_reseller_who_adds_it_or_to_their_customer(platform: Platform) -> None:
    auth = platform.reseller.auth
    assert add(platform, auth=auth)["owner"] == platform.reseller.id
    assert add(platform, "192.0.2.2", auth, owner=platform.customer.id)["customer"] == platform.customer.id
    with refused(FaultCode.CUSTOMER_MISSING):
        add(platform, "192.0.2.3", auth, owner=platform.stranger.id)
    with refused(FaultCode.CUSTOMER_IN_USE):
        platform.call("Customer", "deleteAccount", id=platform.customer.id)


def test_anothers_peer_does_not_exist(platform: Platform) -> None:
    add(platform, auth=platform.reseller.auth)
    assert addresses(platform, platform.rival.auth) == []
    with refused(FaultCode.PEER_MISSING):
        platform.call("Sip", "updateTrustedPeer", platform.rival.auth, peer={"ip": "192.0.2.1"})
    with refused(FaultCode.PEER_MISSING):
        platform.call("Sip", "deleteTrustedPeer", platform.rival.auth, ip="192.0.2.1")


def test_peers_are_listed_by_every_filter_and_order(platform: Platform) -> None:
    add(platform, "192.0.2.1", description="zürich", tags="Büro, vip", billingId="A1")
    add(platform, "192.0.2.2", description="Amsterdam", msteams=True, tenant="x.example", blocked=1)
    both = ["192.0.2.1", "192.0.2.2"]
    for given, expected in (
        ({"ip": "192.0.2.%"}, both),
        ({"ip": "192.0.2.2"}, both[1:]),
        ({"description": "ZÜR%"}, both[:1]),
        ({"tenant": "X.example"}, both[1:]),
        ({"tags": "%BÜRO%"}, both[:1]),
        ({"tags": "%%", "msteams": False}, both),
        ({"billingId": "a1"}, both[:1]),
        ({"msteams": True}, both[1:]),
        ({"blocked": 1}, both[1:]),
    ):
        assert sorted(addresses(platform, filter=given)) == expected, given
    assert addresses(platform) == both[::-1]
    for attribute, expected in (("description", both[::-1]), ("ip", both), ("changeDate", both)):
        assert addresses(platform, orderBy={"attribute": attribute, "direction": "ASC"}) == expected
        assert addresses(platform, orderBy={"attribute": attribute, "direction": "DESC"}) == expected[::-1]
