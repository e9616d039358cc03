"""Properties of customers: merged, categorised, and changed only by those with permission."""

from __future__ import annotations

from typing import Any

import pytest

from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.platform import Party, Platform, refused


def put(platform: Platform, party: Party, auth: dict[str, Any] | None, **properties: str) -> None:
    given = [{"name": name, "value": value} for name, value in properties.items()]
    platform.call("Customer", "setProperties", auth, customer=party.id, properties=given)


def got(platform: Platform, party: Party, auth: dict[str, Any] | None = None) -> dict[str, str]:
    listed = platform.call("Customer", "getProperties", auth, customer=party.id)
    return {entry["name"]: entry["value"] for entry in listed}


def test_set_properties_merges(platform: Platform) -> None:
    put(platform, platform.customer, None, records_per_page="20", sip_proxy="proxy.example")
    put(platform, platform.customer, None, records_per_page="50")
    assert got(platform, platform.customer) == {"records_per_page": "50", "sip_proxy": "proxy.example"}


def test_an_update_with_properties_replaces_what_the_caller_may_change(platform: Platform) -> None:
    put(platform, platform.customer, None, sip_credit="5", records_per_page="20", sip_proxy="proxy.example")
    account = {"id": platform.customer.id, "properties": [{"name": "records_per_page", "value": "50"}]}
    platform.call("Customer", "updateAccount", platform.customer.auth, account=account)
    assert got(platform, platform.customer) == {"records_per_page": "50", "sip_credit": "5"}
    platform.call("Customer", "updateAccount", account=account)
    assert got(platform, platform.customer) == {"records_per_page": "50"}


def test_an_update_without_properties_keeps_them(platform: Platform) -> None:
    put(platform, platform.customer, None, records_per_page="20")
    platform.call("Customer", "updateAccount", account={"id": platform.customer.id, "city": "Delft"})
    assert got(platform, platform.customer) == {"records_per_page": "20"}


def test_category_and_permission_of_a_known_property_are_the_contracts(platform: Platform) -> None:
    sent = {"name": "sip_credit", "value": "3", "category": "web", "permission": "customer"}
    platform.call("Customer", "setProperties", customer=platform.customer.id, properties=[sent])
    stored = platform.call("Customer", "getProperties", customer=platform.customer.id)
    assert stored == [{"name": "sip_credit", "value": "3", "category": "credit", "permission": "admin"}]


def test_an_unknown_property_keeps_what_it_was_given(platform: Platform) -> None:
    sent = {"name": "colour", "value": "blue", "category": "web", "permission": "reseller"}
    platform.call("Customer", "setProperties", customer=platform.customer.id, properties=[sent])
    assert platform.call("Customer", "getProperties", customer=platform.customer.id) == [sent]
    with refused(FaultCode.NOT_PERMITTED):
        put(platform, platform.customer, platform.customer.auth, colour="red")
    put(platform, platform.customer, platform.reseller.auth, colour="green")
    assert got(platform, platform.customer) == {"colour": "green"}


def test_an_unknown_property_without_a_permission_is_its_writers(platform: Platform) -> None:
    put(platform, platform.customer, None, colour="blue")
    with refused(FaultCode.NOT_PERMITTED):
        put(platform, platform.customer, platform.reseller.auth, colour="red")


def test_a_property_above_the_callers_level_cannot_be_written(platform: Platform) -> None:
    sent = {"name": "colour", "value": "blue", "permission": "admin"}
    for auth in (platform.customer.auth, platform.reseller.auth):
        with refused(FaultCode.NOT_PERMITTED):
            platform.call("Customer", "setProperties", auth, customer=platform.customer.id, properties=[sent])


@pytest.mark.parametrize("name", ["sip_credit", "pstn_changes", "prepaid_changes", "pstn_access"])
def test_a_reseller_manages_limits_and_rights_of_their_customers_but_not_their_own(
    platform: Platform, name: str
) -> None:
    put(platform, platform.customer, platform.reseller.auth, **{name: "1"})
    for party in (platform.reseller, platform.customer):
        with refused(FaultCode.NOT_PERMITTED):
            put(platform, party, party.auth, **{name: "9"})


def test_a_customer_who_impersonates_their_reseller_cannot_raise_their_own_credit(platform: Platform) -> None:
    record = {"id": platform.customer.id, "impersonate": platform.reseller.id}
    platform.call("Customer", "updateAccount", platform.reseller.auth, account=record)
    with refused(FaultCode.NOT_PERMITTED):
        put(platform, platform.customer, platform.customer.auth, sip_credit="1000")
    put(platform, platform.sibling, platform.customer.auth, sip_credit="1000")


def test_properties_of_the_administrator_stay_theirs(platform: Platform) -> None:
    for name in ("payment_processor_class", "support_order"):
        with refused(FaultCode.NOT_PERMITTED):
            put(platform, platform.customer, platform.reseller.auth, **{name: "x"})


def test_an_unchanged_property_may_be_sent_back_by_anybody(platform: Platform) -> None:
    put(platform, platform.customer, None, sip_credit="5")
    put(platform, platform.customer, platform.customer.auth, sip_credit="5", records_per_page="10")
    assert got(platform, platform.customer)["records_per_page"] == "10"


def test_only_administrators_see_a_support_order(platform: Platform) -> None:
    put(platform, platform.customer, None, support_order="2026-1")
    assert got(platform, platform.customer, platform.customer.auth) == {}
    assert got(platform, platform.customer, platform.reseller.auth) == {}
    assert got(platform, platform.customer) == {"support_order": "2026-1"}


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("field", "entry"),
    [
        ("name", {"name": "", "value": "x"}),
        ("name", {"name": "two words", "value": "x"}),
        ("value", {"name": "sip_credit", "value": "many"}),
        ("value", {"name": "sip_credit", "value": "-1"}),
        ("value", {"name": "colour", "value": "x" * 4001}),
        ("category", {"name": "colour", "value": "x", "category": "food"}),
        ("permission", {"name": "colour", "value": "x", "permission": "root"}),
    ],
)
def test_a_refused_property_names_the_member(platform: Platform, field: str, entry: dict[str, str]) -> None:
    with refused(FaultCode.VALUE_INVALID, field):
        platform.call("Customer", "setProperties", customer=platform.customer.id, properties=[entry])
