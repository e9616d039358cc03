"""Customers: the record, who may see and change it, and resellers."""

from __future__ import annotations

from typing import Any

import pytest

from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.invalid_values import InvalidValueCases
from tests.support.platform import Platform, add_party, refused
from tests.support.server import TestServer


def add(platform: Platform, auth: dict[str, Any] | None = None, /, **members: Any) -> Any:
    return platform.call("Customer", "addAccount", auth, account={"username": "new", "password": "x"} | members)


def update(platform: Platform, customer: int, auth: dict[str, Any] | None = None, /, **members: Any) -> Any:
    return platform.call("Customer", "updateAccount", auth, account={"id": customer} | members)


def ids(listed: Any) -> list[int]:
    assert listed["total"] == len(listed["accounts"])
    return sorted(account["id"] for account in listed["accounts"])


def test_a_customer_is_added_read_changed_and_deleted(platform: Platform) -> None:
    members = {
        "firstName": "Zoë",
        "lastName": "Brontë",
        "organization": "Wuthering Ltd",
        "tel": "+44 20 7946 0000",
        "email": "Zoe@Example.com",
        "address": "1 Moor Road\nHaworth",
        "country": "gb",
        "timezone": "Europe/London",
        "balance": 12.5,
        "billingEmail": "bills@example.com",
    }
    added = add(platform, reseller=platform.reseller.id, **members)
    assert added | members | {"email": "zoe@example.com", "country": "GB", "tel": "+442079460000"} == added
    assert (added["username"], added["password"], added["reseller"]) == ("new", "x", platform.reseller.id)
    assert platform.call("Customer", "getAccount", id=added["id"]) == added
    changed = update(platform, added["id"], city="Haworth")
    assert changed == added | {"city": "Haworth", "changeDate": changed["changeDate"]}
    assert platform.call("Customer", "deleteAccount", id=added["id"]) is None
    with refused(FaultCode.CUSTOMER_MISSING):
        platform.call("Customer", "getAccount", id=added["id"])


def test_a_username_is_taken_once_whatever_its_case_and_reseller(platform: Platform) -> None:
    with refused(FaultCode.CUSTOMER_EXISTS):
        add(platform, platform.rival.auth, username="CUSTOMER")


def test_a_customer_added_without_a_reseller_becomes_a_reseller(platform: Platform) -> None:
    added = add(platform)
    assert added["reseller"] == added["id"]


def test_a_reseller_adds_customers_to_their_own_tree_only(platform: Platform) -> None:
    for number, members in enumerate(({}, {"reseller": 0}, {"reseller": platform.rival.id})):
        added = add(platform, platform.reseller.auth, username=f"new{number}", **members)
        assert added["reseller"] == platform.reseller.id
    acting = platform.server.as_customer(platform.reseller.id)
    assert add(platform, acting, username="newer")["reseller"] == platform.reseller.id


def test_a_customer_adds_no_customers(platform: Platform) -> None:
    with refused(FaultCode.NOT_PERMITTED):
        add(platform, platform.customer.auth)


def test_only_a_reseller_can_be_named_as_one(platform: Platform) -> None:
    for other in (platform.customer.id, 4711):
        with refused(FaultCode.VALUE_INVALID, "reseller"):
            add(platform, reseller=other)


def test_an_import_keeps_its_ids(platform: Platform) -> None:
    assert add(platform, id=5000, reseller=platform.reseller.id)["id"] == 5000
    assert add(platform, id=6000, reseller=6000, username="newer")["reseller"] == 6000
    assert add(platform, username="newest")["id"] == 6001
    assert add(platform, platform.reseller.auth, id=9999, username="latest")["id"] == 6002
    with refused(FaultCode.CUSTOMER_EXISTS):
        add(platform, id=5000, username="other")


class TestInvalidValues(InvalidValueCases):
    invalid = (
        ("username", {"username": "two words"}),
        ("username", {"username": ""}),
        ("username", {"username": "x" * 65}),
        ("password", {"password": ""}),
        ("password", {"password": "x" * 256}),
        ("email", {"email": "nobody"}),
        ("tel", {"tel": "call me"}),
        ("country", {"country": "England"}),
        ("timezone", {"timezone": "London"}),
        ("firstName", {"firstName": "x" * 65}),
        ("balance", {"balance": 1e12}),
        ("impersonate", {"impersonate": 1}),
    )

    def send(self, platform: Platform, given: Any) -> Any:
        return add(platform, reseller=platform.rival.id, **given)


def test_the_username_stays_and_an_empty_password_keeps(platform: Platform) -> None:
    customer = platform.customer.id
    with refused(FaultCode.VALUE_INVALID, "username"):
        update(platform, customer, username="other")
    assert update(platform, customer, username="Customer", password="")["password"] == "customer-secret"
    assert update(platform, customer, password="new")["password"] == "new"


def test_passwords_come_back_to_those_who_manage_the_customer(platform: Platform) -> None:
    for auth in (None, platform.reseller.auth, platform.customer.auth):
        record = platform.call("Customer", "getAccount", auth, id=platform.customer.id)
        assert record["password"] == "customer-secret"


def test_a_customer_reads_their_reseller_without_secrets(platform: Platform) -> None:
    update(platform, platform.reseller.id, organization="Big", bankAccount="NL00", balance=5.0)
    platform.grant(platform.reseller, support_email="help@example.com", auth_token="t0ken")
    record = platform.call("Customer", "getAccount", platform.customer.auth, id=platform.reseller.id)
    assert (record["organization"], record["password"], record["bankAccount"]) == ("Big", "", "")
    assert record["balance"] == 0.0
    assert [prop["name"] for prop in record["properties"]] == ["support_email"]
    with refused(FaultCode.CUSTOMER_MISSING):
        update(platform, platform.reseller.id, platform.customer.auth, city="x")


def test_a_foreign_customer_does_not_exist(platform: Platform) -> None:
    for party, foreign in (
        (platform.customer, platform.sibling),
        (platform.customer, platform.stranger),
        (platform.customer, platform.rival),
        (platform.reseller, platform.stranger),
        (platform.reseller, platform.rival),
    ):
        for operation, arguments in (
            ("getAccount", {"id": foreign.id}),
            ("deleteAccount", {"id": foreign.id}),
            ("updateAccount", {"account": {"id": foreign.id, "city": "x"}}),
            ("getProperties", {"customer": foreign.id}),
            ("setProperties", {"customer": foreign.id, "properties": []}),
        ):
            with refused(FaultCode.CUSTOMER_MISSING):
                platform.call("Customer", operation, party.auth, **arguments)


class TestRights:
    """What a reseller and a customer may change."""

    @pytest.mark.databases("sqlite")
    @pytest.mark.parametrize(
        "members", [{"resellerActive": True}, {"companyCode": "c"}, {"balance": 1.0}, {"credit": 1.0}]
    )
    def test_some_members_are_the_administrators(self, platform: Platform, members: dict[str, Any]) -> None:
        for party in (platform.reseller, platform.customer):
            with refused(FaultCode.NOT_PERMITTED):
                update(platform, platform.customer.id, party.auth, **members)
        with refused(FaultCode.NOT_PERMITTED):
            add(platform, platform.reseller.auth, **members)
        update(platform, platform.customer.id, **members)
        record = platform.call("Customer", "getAccount", id=platform.customer.id)
        sent_back = platform.call("Customer", "updateAccount", platform.customer.auth, account=record)
        assert {name: sent_back[name] for name in members} == members

    def test_a_customer_changes_their_own_address_and_password(self, platform: Platform) -> None:
        changed = update(platform, platform.customer.id, platform.customer.auth, city="Delft", password="fresh")
        assert (changed["city"], changed["password"]) == ("Delft", "fresh")

    def test_a_customer_cannot_choose_which_customer_to_impersonate(self, platform: Platform) -> None:
        with refused(FaultCode.NOT_PERMITTED):
            update(platform, platform.customer.id, platform.customer.auth, impersonate=platform.reseller.id)
        update(platform, platform.customer.id, platform.reseller.auth, impersonate=platform.reseller.id)
        for target in (0, platform.sibling.id):
            with refused(FaultCode.NOT_PERMITTED):
                update(platform, platform.customer.id, platform.customer.auth, impersonate=target)

    def test_impersonation_across_resellers_is_refused(self, platform: Platform) -> None:
        with refused(FaultCode.VALUE_INVALID, "impersonate"):
            update(platform, platform.customer.id, impersonate=platform.rival.id)
        with refused(FaultCode.CUSTOMER_MISSING):
            update(platform, platform.customer.id, platform.reseller.auth, impersonate=platform.rival.id)

    def test_only_an_administrator_gives_a_customer_to_another_reseller(self, platform: Platform) -> None:
        for auth in (platform.reseller.auth, platform.customer.auth):
            with refused(FaultCode.NOT_PERMITTED):
                update(platform, platform.customer.id, auth, reseller=platform.rival.id)
        moved = update(platform, platform.customer.id, reseller=platform.rival.id)
        assert moved["reseller"] == platform.rival.id
        assert ids(platform.call("Customer", "getCustomers", platform.reseller.auth, query={})) == [
            platform.reseller.id,
            platform.sibling.id,
        ]
        assert platform.call("Customer", "getCustomers", platform.rival.auth, query={})["total"] == 3

    def test_a_customer_who_owns_records_is_not_moved(self, platform: Platform) -> None:
        platform.add_domain()
        with refused(FaultCode.CUSTOMER_IN_USE):
            update(platform, platform.customer.id, reseller=platform.rival.id)
        with refused(FaultCode.CUSTOMER_IN_USE):
            update(platform, platform.reseller.id, reseller=platform.rival.id)

    def test_an_administrator_makes_a_customer_a_reseller(self, platform: Platform) -> None:
        made = update(platform, platform.customer.id, reseller=platform.customer.id)
        assert made["reseller"] == platform.customer.id
        resellers = [platform.reseller.id, platform.rival.id, platform.customer.id]
        assert ids(platform.call("Customer", "getResellers", query={})) == sorted(resellers)


class TestDeletion:
    """Who may delete which customer, and when."""

    def test_a_customer_who_owns_anything_is_not_deleted(self, platform: Platform) -> None:
        platform.add_domain()
        platform.add_account(owner=platform.sibling.id)
        for party in (platform.customer, platform.sibling, platform.reseller):
            with refused(FaultCode.CUSTOMER_IN_USE):
                platform.call("Customer", "deleteAccount", id=party.id)
        platform.call("Sip", "deleteDomain", domain="example.com")
        for party in (platform.customer, platform.sibling):
            platform.call("Customer", "deleteAccount", platform.reseller.auth, id=party.id)
        platform.call("Customer", "deleteAccount", id=platform.reseller.id)
        assert platform.call("Customer", "getCustomers", query={})["total"] == 2

    def test_no_caller_deletes_themselves_and_a_customer_deletes_no_customer(self, platform: Platform) -> None:
        for party in (platform.reseller, platform.customer):
            with refused(FaultCode.NOT_PERMITTED):
                platform.call("Customer", "deleteAccount", party.auth, id=party.id)

    def test_a_customer_with_a_support_order_is_not_deleted(self, platform: Platform) -> None:
        platform.grant(platform.customer, support_order="2026-1")
        with refused(FaultCode.CUSTOMER_IN_USE):
            platform.call("Customer", "deleteAccount", id=platform.customer.id)


class TestLists:
    """getCustomers and getResellers."""

    def test_each_caller_lists_the_customers_they_manage(self, platform: Platform) -> None:
        reseller, customer, sibling = platform.reseller.id, platform.customer.id, platform.sibling.id

        def listed(auth: dict[str, Any] | None = None, **given: Any) -> list[int]:
            return ids(platform.call("Customer", "getCustomers", auth, query={"filter": given}))

        assert len(listed()) == 5
        assert listed(platform.reseller.auth) == [reseller, customer, sibling]
        assert listed(platform.customer.auth) == [customer]
        assert listed(platform.customer.auth, customer=reseller) == []
        assert listed(reseller=reseller) == [reseller, customer, sibling]
        assert listed(customer=customer) == [customer]
        assert listed(customer=customer, reseller=platform.rival.id) == []
        assert listed(only_resellers="1") == sorted([reseller, platform.rival.id])

    def test_get_resellers_lists_resellers_and_finds_any_customer_by_id(self, platform: Platform) -> None:
        reseller, customer = platform.reseller.id, platform.customer.id

        def listed(auth: dict[str, Any] | None = None, **given: Any) -> list[int]:
            return ids(platform.call("Customer", "getResellers", auth, query={"filter": given}))

        assert listed() == sorted([reseller, platform.rival.id])
        assert listed(customer=customer) == [customer]
        assert listed(platform.reseller.auth) == [reseller]
        assert listed(platform.customer.auth) == [reseller]
        assert listed(platform.customer.auth, customer=customer) == [customer]
        assert listed(platform.customer.auth, customer=reseller) == [reseller]
        assert listed(platform.customer.auth, customer=platform.rival.id) == []

    def test_text_filters_ignore_case(self, server: TestServer) -> None:
        reseller = add_party(server, "big", organization="ÉTOILE SA", city="Liège", country="BE")
        add_party(server, "small", reseller=reseller.id, firstName="Änne", tel="+3245", web="HTTP://x.be")
        for given, expected in (
            ({"organization": "étoile%"}, "big"),
            ({"city": "LIÈGE"}, "big"),
            ({"country": "be"}, "big"),
            ({"firstName": "ÄNNE"}, "small"),
            ({"tel": "%245"}, "small"),
            ({"web": "http://x%"}, "small"),
            ({"username": "SM%"}, "small"),
        ):
            listed = server.call("Customer", "getCustomers", query={"filter": given})
            assert [account["username"] for account in listed["accounts"]] == [expected], given

    @pytest.mark.parametrize(
        "attribute", ["changeDate", "username", "firstName", "lastName", "organization", "customer"]
    )
    def test_every_order_of_the_contract_is_there(self, platform: Platform, attribute: str) -> None:
        backward = {}
        for direction in ("ASC", "DESC"):
            query = {"orderBy": {"attribute": attribute, "direction": direction}}
            listed = platform.call("Customer", "getCustomers", query=query)["accounts"]
            backward[direction] = [account["id"] for account in listed]
        assert backward["ASC"] == backward["DESC"][::-1]
        assert len(backward["ASC"]) == 5
