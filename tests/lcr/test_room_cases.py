"""The behaviours that carriers, gateways, gateway rules, routes and trusted peers share with all other rooms."""

from __future__ import annotations

from typing import ClassVar

import pytest

from portal.ngnpro.records import Carrier, Gateway, GatewayRule, Route, TrustedPeer
from tests.support.portal import Platform
from tests.support.room_cases import DeleteCases, EditCases, ListCases, OutageCases


class RoutingCases(ListCases, EditCases, DeleteCases, OutageCases):
    """A routing room of a platform with one carrier, its gateway, a rule, a route and a trusted peer."""

    key = "2"

    @pytest.fixture(autouse=True)
    def prepared(self, platform: Platform) -> None:
        platform.add_routing("Kestrel", "0031")

    def clear(self, platform: Platform) -> None:
        sip = platform.ngnpro.sip
        sip.delete_routes([1])
        sip.delete_gateway_rule(1)
        sip.delete_gateway(1)
        sip.delete_carrier(1)
        sip.delete_trusted_peer("192.0.2.11")


class TestCarriers(RoutingCases):
    url = "/lcr/carriers/"
    resource_name = "carrier"
    empty = "There is no carrier yet"
    list_calls = ("getCarriers",)
    sorts = ("name", "changeDate")
    filters: ClassVar = {"name=kes": 1, "name=*trel": 1, "name=Carrier": 3}
    typed: ClassVar = {"name": "Lindenfunk"}
    kept = "name"
    refused = (("name", "Carrier 00"),)
    invalid = (("name", " "), ("name", "x" * 65))
    edited = ("name", "Kestrel Carrier Services", "Kestrel Services")
    member = "name"

    def add_one(self, platform: Platform, number: int) -> None:
        platform.ngnpro.sip.add_carrier(Carrier(name=f"Carrier {number:02}"))


class TestGateways(RoutingCases):
    url = "/lcr/gateways/"
    resource_name = "gateway"
    empty = "There is no gateway yet"
    list_calls = ("getGateways", "getCarriers", "getHealth")
    sorts = ("name", "carrier_id", "ip", "changeDate")
    filters: ClassVar = {"name=gw": 3, "name=*-01": 1, "carrier=1": 4, "carrier=Kestrel": 4}
    typed: ClassVar = {"name": "k-2", "carrier_id": "1", "ip": "2001:DB8::1", "port": "5061", "transport": "tls"}
    kept = "ip"
    refused = (("name", "gw-00"), ("carrier_id", "99"))
    invalid = (
        ("carrier_id", ""),
        ("carrier_id", "Nobody"),
        ("ip", "192.0.2.300"),
        ("port", "65536"),
        ("transport", "sctp"),
    )
    edited = ("ip", "sbc.kestrel.example", "192.0.2.99")
    member = "ip"

    def add_one(self, platform: Platform, number: int) -> None:
        gateway = Gateway(name=f"gw-{number:02}", carrier_id=1, ip=f"198.51.100.{number}")
        platform.ngnpro.sip.add_gateway(gateway)


class TestRules(RoutingCases):
    url = "/lcr/rules/"
    resource_name = "rule"
    pages = ("edit/", "delete/")
    empty = "There is no gateway rule yet"
    list_calls = ("getGatewayRules", "getCarriers", "getGateways")
    sorts = ("prefix", "gateway", "carrier", "changeDate")
    filters: ClassVar = {"gateway=1": 4, "carrier=1": 4, "prefix=%2B": 4, "prefix=0041": 1}
    typed: ClassVar = {
        "gateway_id": "1",
        "prefix": "+49",
        "strip": "2",
        "prepend": "+",
        "min_length": "10",
        "max_length": "17",
    }
    kept = "prefix"
    refused = (("gateway_id", "99"),)
    invalid = (("prefix", "49"), ("prepend", "1 2"), ("strip", "-1"), ("max_length", "5"))
    edited = ("prepend", "1010", "+")
    member = "prepend"

    def add_one(self, platform: Platform, number: int) -> None:
        platform.ngnpro.sip.add_gateway_rule(GatewayRule(gateway_id=1, prefix=f"00{number + 40}"))


class TestRoutes(RoutingCases):
    url = "/lcr/routes/"
    resource_name = "route"
    pages = ("edit/", "delete/")
    empty = "There is no route yet"
    list_calls = ("getRoutes", "getCarriers")
    sorts = ("prefix", "priority")
    filters: ClassVar = {"prefix=%2B4": 3, "prefix=0041": 1, "carrier=1": 4}
    typed: ClassVar = {
        "prefix": "+49 30",
        "carrier_id": "Kestrel · 1",
        "priority": "2",
        "originator": "example.com",
    }
    kept = "originator"
    refused = (("carrier_id", "99"),)
    invalid = (("carrier_id", ""), ("priority", "-1"), ("prefix", "x"))
    edited = ("originator", "ada@example.com", "bob@example.com")
    member = "originator"

    def add_one(self, platform: Platform, number: int) -> None:
        platform.ngnpro.sip.add_route(Route(prefix=f"00{number + 40}", carrier_id=1, priority=1))


class TestPeers(RoutingCases):
    url = "/lcr/peers/"
    resource_name = "peer"
    key = "198.51.100.10"
    empty = "There is no trusted peer yet"
    list_calls = ("getTrustedPeers",)
    sorts = ("ip", "description", "changeDate")
    filters: ClassVar = {"ip=198.51.100": 3, "description=Peer": 3, "blocked=1": 0, "blocked=0": 4, "msteams=on": 0}
    typed: ClassVar = {"ip": "203.0.113.7", "description": "Office", "call_limit": "10", "strip": "0"}
    kept = "description"
    refused = (("ip", "198.51.100.10"),)
    invalid = (("ip", "a b"), ("tenant", "contoso"), ("prefix", "abc"))
    edited = ("description", "Trunk", "Branch")
    member = "description"

    def add_one(self, platform: Platform, number: int) -> None:
        peer = TrustedPeer(ip=f"198.51.100.{number + 10}", description=f"Peer {number:02}")
        platform.ngnpro.sip.add_trusted_peer(peer)
