"""PSTN routing: carriers, gateways, rules and routes, and who may manage them."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

import pytest

from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.invalid_values import InvalidValueCases
from tests.support.platform import Platform, refused

Auth = dict[str, Any]


@pytest.fixture
def platform(platform: Platform) -> Platform:
    """The platform; both resellers have access to the PSTN."""
    platform.grant(platform.reseller, pstn_access=1)
    platform.grant(platform.rival, pstn_access=1)
    return platform


def add_carrier(platform: Platform, name: str = "Transit", auth: Auth | None = None, **members: Any) -> Any:
    return platform.call("Sip", "addCarrier", auth, carrier={"name": name} | members)


def add_gateway(platform: Platform, carrier: Any, auth: Auth | None = None, **members: Any) -> Any:
    record = {"name": "gw1", "carrier_id": carrier["id"], "ip": "192.0.2.1"} | members
    return platform.call("Sip", "addGateway", auth, gateway=record)


def add_rule(platform: Platform, gateway: Any, auth: Auth | None = None, **members: Any) -> Any:
    record = {"gateway_id": gateway["id"], "prefix": "0031"} | members
    return platform.call("Sip", "addGatewayRule", auth, rule=record)


def add_route(platform: Platform, carrier: Any, auth: Auth | None = None, **members: Any) -> Any:
    platform.call("Sip", "addRoutes", auth, routes=[{"carrier_id": carrier["id"]} | members])
    return platform.call("Sip", "getRoutes", query={"orderBy": {"attribute": "priority"}})["routes"][-1]


def listed(platform: Platform, operation: str, member: str, auth: Auth | None = None, **query: Any) -> list[Any]:
    answer = platform.call("Sip", operation, auth, query=query)
    assert answer["total"] == len(answer[member])
    return list(answer[member])


class TestCarriers:
    """Carriers."""

    def test_one_is_added_renamed_listed_and_deleted(self, platform: Platform) -> None:
        added = add_carrier(platform, reseller=platform.reseller.id)
        assert (added["name"], added["reseller"]) == ("Transit", platform.reseller.id)
        changed = platform.call("Sip", "updateCarrier", carrier={"id": added["id"], "name": "Tränsit"})
        assert changed == added | {"name": "Tränsit", "changeDate": changed["changeDate"]}
        assert listed(platform, "getCarriers", "carriers", filter={"name": "TRÄN%"}) == [changed]
        assert platform.call("Sip", "deleteCarrier", id=added["id"]) is None
        with refused(FaultCode.CARRIER_MISSING):
            platform.call("Sip", "deleteCarrier", id=added["id"])

    def test_a_name_is_taken_once_by_each_reseller(self, platform: Platform) -> None:
        first = add_carrier(platform, "A", platform.reseller.auth)
        second = add_carrier(platform, "B", platform.reseller.auth)
        add_carrier(platform, "a", platform.rival.auth)
        with refused(FaultCode.CARRIER_EXISTS):
            add_carrier(platform, "a", reseller=platform.reseller.id)
        with refused(FaultCode.CARRIER_EXISTS):
            platform.call("Sip", "updateCarrier", carrier=second | {"name": first["name"]})

    def test_a_carrier_belongs_to_the_caller_or_to_the_reseller_that_an_administrator_names(
        self, platform: Platform
    ) -> None:
        own = add_carrier(platform, "A", platform.reseller.auth, reseller=platform.rival.id)
        assert own["reseller"] == platform.reseller.id
        assert add_carrier(platform, "B")["reseller"] == 0
        with refused(FaultCode.VALUE_INVALID, "reseller"):
            add_carrier(platform, "C", reseller=platform.customer.id)

    def test_a_carrier_in_use_is_not_deleted(self, platform: Platform) -> None:
        carrier = add_carrier(platform)
        gateway = add_gateway(platform, carrier)
        with refused(FaultCode.CARRIER_IN_USE):
            platform.call("Sip", "deleteCarrier", id=carrier["id"])
        platform.call("Sip", "deleteGateway", id=gateway["id"])
        route = add_route(platform, carrier)
        with refused(FaultCode.CARRIER_IN_USE):
            platform.call("Sip", "deleteCarrier", id=carrier["id"])
        platform.call("Sip", "deleteRoutes", routes=[{"id": route["id"]}])
        platform.call("Sip", "deleteCarrier", id=carrier["id"])

    def test_a_name_is_needed(self, platform: Platform) -> None:
        for name in ("", "  ", "x" * 65, "a\nb"):
            with refused(FaultCode.VALUE_INVALID, "name"):
                add_carrier(platform, name)


class TestGateways(InvalidValueCases):
    """Gateways."""

    invalid = (
        ("name", {"name": ""}),
        ("ip", {"ip": ""}),
        ("ip", {"ip": "192.0.2.256"}),
        ("port", {"port": 65536}),
        ("port", {"port": -1}),
        ("transport", {"transport": "sctp"}),
    )

    def send(self, platform: Platform, given: Any) -> Any:
        return add_gateway(platform, add_carrier(platform, token_hex(4)), **given)

    def test_one_is_added_changed_listed_and_deleted(self, platform: Platform) -> None:
        carrier = add_carrier(platform, reseller=platform.reseller.id)
        added = add_gateway(platform, carrier)
        assert {name: added[name] for name in ("ip", "port", "transport", "carrier", "reseller")} == {
            "ip": "192.0.2.1",
            "port": 5060,
            "transport": "udp",
            "carrier": "Transit",
            "reseller": platform.reseller.id,
        }
        changed = platform.call("Sip", "updateGateway", gateway={"id": added["id"], "port": 5061, "transport": "TLS"})
        assert (changed["name"], changed["port"], changed["transport"]) == ("gw1", 5061, "tls")
        assert listed(platform, "getGateways", "gateways") == [changed]
        platform.call("Sip", "deleteGateway", id=added["id"])
        with refused(FaultCode.GATEWAY_MISSING):
            platform.call("Sip", "updateGateway", gateway=changed)

    @pytest.mark.databases("sqlite")
    @pytest.mark.parametrize(
        ("given", "stored"),
        [
            ("2001:DB8::0001", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("GW.Carrier.Example", "gw.carrier.example"),
            ("bücher.example", "xn--bcher-kva.example"),
        ],
    )
    def test_addresses_are_ipv4_ipv6_or_host_names(self, platform: Platform, given: str, stored: str) -> None:
        assert add_gateway(platform, add_carrier(platform), ip=given)["ip"] == stored

    def test_a_name_is_taken_once_by_each_reseller(self, platform: Platform) -> None:
        carrier = add_carrier(platform)
        add_gateway(platform, carrier)
        with refused(FaultCode.GATEWAY_EXISTS):
            add_gateway(platform, carrier, name="GW1")

    def test_a_carrier_in_use_is_not_deleted(self, platform: Platform) -> None:
        gateway = add_gateway(platform, add_carrier(platform))
        rule = add_rule(platform, gateway)
        with refused(FaultCode.GATEWAY_IN_USE):
            platform.call("Sip", "deleteGateway", id=gateway["id"])
        platform.call("Sip", "deleteGatewayRule", id=rule["id"])
        platform.call("Sip", "deleteGateway", id=gateway["id"])

    def test_one_moves_to_another_carrier_of_the_same_reseller_with_its_rules(self, platform: Platform) -> None:
        first = add_carrier(platform, "A", platform.reseller.auth)
        second = add_carrier(platform, "B", platform.reseller.auth)
        foreign = add_carrier(platform, "C", platform.rival.auth)
        gateway = add_gateway(platform, first)
        add_rule(platform, gateway)
        with refused(FaultCode.VALUE_INVALID, "carrier_id"):
            platform.call("Sip", "updateGateway", gateway=gateway | {"carrier_id": foreign["id"]})
        with refused(FaultCode.CARRIER_MISSING):
            platform.call(
                "Sip", "updateGateway", platform.reseller.auth, gateway=gateway | {"carrier_id": foreign["id"]}
            )
        moved = platform.call("Sip", "updateGateway", gateway=gateway | {"carrier_id": second["id"]})
        assert moved["carrier"] == "B"
        rules = listed(platform, "getGatewayRules", "gateway_rules", filter={"carrier_id": second["id"]})
        assert [rule["carrier"] for rule in rules] == ["B"]

    def test_they_are_listed_by_every_filter_and_order(self, platform: Platform) -> None:
        one, two = add_carrier(platform, "one"), add_carrier(platform, "two", platform.reseller.auth)
        add_gateway(platform, one, name="b", ip="192.0.2.9")
        add_gateway(platform, two, name="A", ip="192.0.2.1")

        def names(**query: Any) -> list[str]:
            return [gateway["name"] for gateway in listed(platform, "getGateways", "gateways", **query)]

        assert names(filter={"carrier_id": one["id"]}) == ["b"]
        assert names(filter={"reseller": platform.reseller.id}) == ["A"]
        assert names(filter={"name": "a%"}) == ["A"]
        assert names(filter={"customer": platform.customer.id}, orderBy={"attribute": "name", "direction": "ASC"}) == [
            "A",
            "b",
        ]
        for attribute, expected in (("name", ["A", "b"]), ("carrier_id", ["b", "A"]), ("ip", ["A", "b"])):
            assert names(orderBy={"attribute": attribute, "direction": "ASC"}) == expected
            assert names(orderBy={"attribute": attribute, "direction": "DESC"}) == expected[::-1]


class TestRules(InvalidValueCases):
    """Rules of gateways."""

    invalid = (
        ("prefix", {"prefix": "abc"}),
        ("strip", {"strip": -1}),
        ("prepend", {"prepend": "two words"}),
        ("minLength", {"minLength": 65}),
        ("maxLength", {"minLength": 9, "maxLength": 8}),
    )

    def send(self, platform: Platform, given: Any) -> Any:
        gateway = add_gateway(platform, add_carrier(platform, token_hex(4)), name=token_hex(4))
        return add_rule(platform, gateway, **given)

    def test_one_is_added_changed_listed_and_deleted(self, platform: Platform) -> None:
        gateway = add_gateway(platform, add_carrier(platform))
        added = add_rule(platform, gateway, strip=4, prepend="+31", minLength=8, maxLength=15)
        assert {name: added[name] for name in ("gateway", "carrier", "prefix", "strip", "prepend")} == {
            "gateway": "gw1",
            "carrier": "Transit",
            "prefix": "0031",
            "strip": 4,
            "prepend": "+31",
        }
        changed = platform.call("Sip", "updateGatewayRule", rule={"id": added["id"], "strip": 2})
        assert changed == added | {"strip": 2, "changeDate": changed["changeDate"]}
        assert listed(platform, "getGatewayRules", "gateway_rules", filter={"id": added["id"]}) == [changed]
        platform.call("Sip", "deleteGatewayRule", id=added["id"])
        with refused(FaultCode.RULE_MISSING):
            platform.call("Sip", "deleteGatewayRule", id=added["id"])

    def test_names_that_change_show_at_once_and_sort(self, platform: Platform) -> None:
        carrier = add_carrier(platform, "Alpha")
        first = add_gateway(platform, carrier, name="a")
        second = add_gateway(platform, add_carrier(platform, "Beta"), name="b")
        add_rule(platform, first, prefix="1")
        add_rule(platform, second, prefix="2")

        def order(attribute: str) -> str:
            query = {"orderBy": {"attribute": attribute, "direction": "ASC"}}
            return "".join(r["prefix"] for r in listed(platform, "getGatewayRules", "gateway_rules", **query))

        assert (order("gateway"), order("carrier"), order("prefix"), order("changeDate")) == ("12",) * 4
        platform.call("Sip", "updateGateway", gateway={"id": first["id"], "name": "z"})
        platform.call("Sip", "updateCarrier", carrier={"id": carrier["id"], "name": "Zeta"})
        assert (order("gateway"), order("carrier")) == ("21", "21")
        rule = listed(platform, "getGatewayRules", "gateway_rules", filter={"gateway_id": first["id"]})[0]
        assert (rule["gateway"], rule["carrier"]) == ("z", "Zeta")

    def test_one_moves_to_another_gateway_of_the_same_reseller(self, platform: Platform) -> None:
        carrier = add_carrier(platform, "A", platform.reseller.auth)
        first, second = add_gateway(platform, carrier), add_gateway(platform, carrier, name="gw2")
        foreign = add_gateway(platform, add_carrier(platform, "B", platform.rival.auth))
        rule = add_rule(platform, first)
        moved = platform.call("Sip", "updateGatewayRule", rule={"id": rule["id"], "gateway_id": second["id"]})
        assert moved["gateway"] == "gw2"
        with refused(FaultCode.VALUE_INVALID, "gateway_id"):
            platform.call("Sip", "updateGatewayRule", rule={"id": rule["id"], "gateway_id": foreign["id"]})


class TestRoutes(InvalidValueCases):
    """Routes."""

    invalid = (
        ("prefix", {"prefix": "abc"}),
        ("priority", {"priority": -1}),
        ("originator", {"originator": "x" * 256}),
    )

    def send(self, platform: Platform, given: Any) -> Any:
        return add_route(platform, add_carrier(platform, token_hex(4)), **given)

    def test_they_are_added_changed_listed_and_deleted_together(self, platform: Platform) -> None:
        carrier = add_carrier(platform, "A", platform.reseller.auth)
        other = add_carrier(platform, "B", platform.reseller.auth)
        routes = [
            {"prefix": "0031", "carrier_id": carrier["id"], "priority": 2},
            {"prefix": "", "originator": "example.com", "carrier_id": carrier["id"], "priority": 1},
        ]
        assert platform.call("Sip", "addRoutes", routes=routes) is None
        found = listed(platform, "getRoutes", "routes")
        assert [(r["prefix"], r["originator"], r["priority"], r["carrier"]) for r in found] == [
            ("", "example.com", 1, "A"),
            ("0031", "", 2, "A"),
        ]
        assert {route["reseller"] for route in found} == {platform.reseller.id}
        by_priority = listed(platform, "getRoutes", "routes", orderBy={"attribute": "priority", "direction": "DESC"})
        assert [route["priority"] for route in by_priority] == [2, 1]
        platform.call("Sip", "updateRoutes", routes=[found[1] | {"carrier_id": other["id"]}])
        moved = listed(platform, "getRoutes", "routes", filter={"carrier_id": other["id"]})
        assert [route["prefix"] for route in moved] == ["0031"]
        platform.call("Sip", "deleteRoutes", routes=[{"id": route["id"]} for route in found])
        assert listed(platform, "getRoutes", "routes") == []

    def test_they_are_changed_all_or_none(self, platform: Platform) -> None:
        route = add_route(platform, add_carrier(platform))
        for operation, routes, code in (
            ("addRoutes", [{"carrier_id": route["carrier_id"]}, {"carrier_id": 99}], FaultCode.CARRIER_MISSING),
            ("updateRoutes", [{"id": route["id"], "priority": 9}, {"id": 99}], FaultCode.ROUTE_MISSING),
            ("deleteRoutes", [{"id": route["id"]}, {"id": 99}], FaultCode.ROUTE_MISSING),
        ):
            with refused(code):
                platform.call("Sip", operation, routes=routes)
            assert listed(platform, "getRoutes", "routes") == [route]

    def test_a_route_stays_with_its_reseller(self, platform: Platform) -> None:
        route = add_route(platform, add_carrier(platform, "A", platform.reseller.auth))
        foreign = add_carrier(platform, "B", platform.rival.auth)
        with refused(FaultCode.VALUE_INVALID, "carrier_id"):
            platform.call("Sip", "updateRoutes", routes=[route | {"carrier_id": foreign["id"]}])


class TestRights:
    """An active reseller with pstn_access manages their own routing; a customer manages none."""

    CALLS = (
        ("getCarriers", {"query": {}}),
        ("addCarrier", {"carrier": {"name": "x"}}),
        ("getGateways", {"query": {}}),
        ("getGatewayRules", {"query": {}}),
        ("getRoutes", {"query": {}}),
        ("addRoutes", {"routes": []}),
        ("updateRoutes", {"routes": []}),
        ("deleteRoutes", {"routes": []}),
        ("deleteCarrier", {"id": 1}),
        ("deleteGateway", {"id": 1}),
        ("deleteGatewayRule", {"id": 1}),
        ("updateCarrier", {"carrier": {"id": 1}}),
        ("addGateway", {"gateway": {}}),
        ("updateGateway", {"gateway": {}}),
        ("addGatewayRule", {"rule": {}}),
        ("updateGatewayRule", {"rule": {}}),
    )

    def test_a_customer_and_an_inactive_reseller_may_do_nothing(self, platform: Platform) -> None:
        inactive = {"id": platform.rival.id, "resellerActive": False}
        platform.call("Customer", "updateAccount", account=inactive)
        for party in (platform.customer, platform.rival):
            for operation, arguments in self.CALLS:
                with refused(FaultCode.NOT_PERMITTED):
                    platform.call("Sip", operation, party.auth, **arguments)

    def test_a_reseller_without_access_to_the_pstn_may_do_nothing(self, platform: Platform) -> None:
        platform.grant(platform.reseller, pstn_access=0)
        for auth in (platform.reseller.auth, platform.server.as_customer(platform.reseller.id)):
            for operation, arguments in self.CALLS:
                with refused(FaultCode.NOT_PERMITTED):
                    platform.call("Sip", operation, auth, **arguments)

    def test_anothers_records_do_not_exist(self, platform: Platform) -> None:
        carrier = add_carrier(platform, "A", platform.reseller.auth)
        gateway = add_gateway(platform, carrier)
        rule = add_rule(platform, gateway)
        route = add_route(platform, carrier)
        for operation, arguments, code in (
            ("updateCarrier", {"carrier": carrier}, FaultCode.CARRIER_MISSING),
            ("deleteCarrier", {"id": carrier["id"]}, FaultCode.CARRIER_MISSING),
            ("addGateway", {"gateway": gateway}, FaultCode.CARRIER_MISSING),
            ("updateGateway", {"gateway": gateway}, FaultCode.GATEWAY_MISSING),
            ("deleteGateway", {"id": gateway["id"]}, FaultCode.GATEWAY_MISSING),
            ("addGatewayRule", {"rule": rule}, FaultCode.GATEWAY_MISSING),
            ("updateGatewayRule", {"rule": rule}, FaultCode.RULE_MISSING),
            ("deleteGatewayRule", {"id": rule["id"]}, FaultCode.RULE_MISSING),
            ("addRoutes", {"routes": [{"carrier_id": carrier["id"]}]}, FaultCode.CARRIER_MISSING),
            ("updateRoutes", {"routes": [route]}, FaultCode.ROUTE_MISSING),
            ("deleteRoutes", {"routes": [route]}, FaultCode.ROUTE_MISSING),
        ):
            with refused(code):
                platform.call("Sip", operation, platform.rival.auth, **arguments)
        for operation, member in (
            ("getCarriers", "carriers"),
            ("getGateways", "gateways"),
            ("getGatewayRules", "gateway_rules"),
            ("getRoutes", "routes"),
        ):
            assert listed(platform, operation, member, platform.rival.auth) == []
            assert len(listed(platform, operation, member, platform.reseller.auth)) == 1
