"""SIP aliases: the record, targets, owners, and the effect of deleting accounts and domains."""

from __future__ import annotations

from typing import Any

import pytest

from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.invalid_values import InvalidValueCases
from tests.support.platform import Platform, refused

Auth = dict[str, Any]


@pytest.fixture
def platform(platform: Platform) -> Platform:
    """The platform with two domains: one of ``customer``, one of ``stranger``."""
    platform.add_domain()
    platform.add_domain("other.example", platform.stranger)
    return platform


def address(text: str) -> dict[str, str]:
    username, _, domain = text.partition("@")
    return {"username": username, "domain": domain}


def add(
    platform: Platform, alias: str, target: str = "alice@example.com", auth: Auth | None = None, **members: Any
) -> Any:
    record = {"id": address(alias), "target": address(target)} | members
    return platform.call("Sip", "addAlias", auth, alias=record)


def names(platform: Platform, auth: Auth | None = None, **query: Any) -> list[str]:
    listed = platform.call("Sip", "getAliases", auth, query=query)
    assert listed["total"] == len(listed["aliases"])
    return [f"{a['id']['username']}@{a['id']['domain']}" for a in listed["aliases"]]


def test_an_alias_is_added_read_changed_and_deleted(platform: Platform) -> None:
    added = add(platform, "Info@Example.com", "Alice@Example.com")
    assert (added["id"], added["target"]) == (address("info@example.com"), address("alice@example.com"))
    assert (added["owner"], added["customer"], added["reseller"]) == (
        platform.customer.id,
        platform.customer.id,
        platform.reseller.id,
    )
    assert platform.call("Sip", "getAlias", id=address("INFO@example.com")) == added
    changed = platform.call("Sip", "updateAlias", alias={"id": added["id"], "target": address("bob@elsewhere.example")})
    assert changed == added | {"target": address("bob@elsewhere.example"), "changeDate": changed["changeDate"]}
    assert platform.call("Sip", "updateAlias", alias={"id": added["id"]})["target"] == changed["target"]
    assert platform.call("Sip", "deleteAlias", id=added["id"]) is None
    with refused(FaultCode.ALIAS_MISSING):
        platform.call("Sip", "getAlias", id=added["id"])


def test_an_address_is_taken_once_by_an_alias_or_an_account(platform: Platform) -> None:
    platform.add_account()
    add(platform, "info@example.com")
    with refused(FaultCode.ALIAS_EXISTS):
        add(platform, "INFO@example.com")
    with refused(FaultCode.ACCOUNT_EXISTS):
        add(platform, "alice@example.com", "bob@example.com")
    with refused(FaultCode.ALIAS_EXISTS):
        platform.add_account("info")


def test_the_server_chooses_no_username_that_is_an_alias(platform: Platform) -> None:
    add(platform, "1001@example.com")
    assert platform.add_account("<autoincrement>")["id"]["username"] == "1002"


class TestInvalidValues(InvalidValueCases):
    invalid = (
        ("username", ("in fo@example.com", "alice@example.com")),
        ("target", ("info@example.com", "@example.com")),
        ("target", ("info@example.com", "alice@")),
        ("target", ("info@example.com", "INFO@example.com")),
    )

    def send(self, platform: Platform, given: Any) -> Any:
        return add(platform, *given)


def test_an_alias_needs_a_domain_of_the_caller(platform: Platform) -> None:
    with refused(FaultCode.DOMAIN_MISSING):
        add(platform, "info@other.example", auth=platform.customer.auth)


def test_a_foreign_alias_does_not_exist(platform: Platform) -> None:
    added = add(platform, "info@example.com")
    for party in (platform.sibling, platform.stranger, platform.rival):
        assert names(platform, party.auth) == []
        for operation, arguments in (
            ("getAlias", {"id": added["id"]}),
            ("deleteAlias", {"id": added["id"]}),
            ("updateAlias", {"alias": {"id": added["id"]}}),
        ):
            with refused(FaultCode.ALIAS_MISSING):
                platform.call("Sip", operation, party.auth, **arguments)


def test_credit_limits_aliases_too(platform: Platform) -> None:
    platform.grant(platform.customer, sip_alias_credit=1)
    add(platform, "a@example.com", auth=platform.customer.auth)
    with refused(FaultCode.CREDIT_EXHAUSTED):
        add(platform, "b@example.com", auth=platform.customer.auth)


def test_an_owner_sees_their_alias_in_another_customers_domain(platform: Platform) -> None:
    added = add(platform, "info@example.com", owner=platform.sibling.id)
    assert names(platform, platform.sibling.auth) == ["info@example.com"]
    platform.call(
        "Sip", "updateAlias", platform.reseller.auth, alias={"id": added["id"], "owner": platform.customer.id}
    )
    assert names(platform, platform.sibling.auth) == []
    with refused(FaultCode.VALUE_INVALID, "owner"):
        platform.call("Sip", "updateAlias", alias={"id": added["id"], "owner": platform.stranger.id})


def test_deleting_an_account_deletes_its_resellers_aliases_of_it(platform: Platform) -> None:
    platform.add_account()
    add(platform, "info@example.com")
    add(platform, "keep@example.com", "bob@example.com")
    add(platform, "far@other.example")
    platform.call("Sip", "deleteAccount", sipId=address("alice@example.com"))
    by_name = {"attribute": "aliasUsername", "direction": "ASC"}
    assert names(platform, orderBy=by_name) == ["far@other.example", "keep@example.com"]


def test_deleting_a_domain_deletes_its_aliases_and_those_that_lead_into_it(platform: Platform) -> None:
    platform.add_domain("second.example")
    add(platform, "info@example.com", "bob@second.example")
    add(platform, "into@second.example", "alice@example.com")
    add(platform, "far@other.example")
    platform.call("Sip", "deleteDomain", domain="example.com")
    assert names(platform) == ["far@other.example"]
    assert names(platform, filter={"customer": platform.customer.id}) == []


def test_aliases_follow_their_domain_to_another_customer(platform: Platform) -> None:
    add(platform, "info@example.com")
    platform.call("Sip", "updateDomain", domain={"domain": "example.com", "customer": platform.stranger.id})
    assert names(platform, platform.stranger.auth) == ["info@example.com"]
    assert names(platform, filter={"reseller": platform.rival.id}) == ["info@example.com"]
    assert names(platform, filter={"reseller": platform.reseller.id}) == []


def test_aliases_are_listed_by_every_filter_and_order(platform: Platform) -> None:
    add(platform, "a@example.com", "zoe@x.example")
    add(platform, "b@other.example", "yan@y.example")
    add(platform, "c@example.com", "xia@x.example")
    ascending = {"attribute": "aliasUsername", "direction": "ASC"}
    for given, expected in (
        ({"aliasUsername": "A"}, ["a@example.com"]),
        ({"aliasDomain": "example.%"}, ["a@example.com", "c@example.com"]),
        ({"targetUsername": "%a%"}, ["b@other.example", "c@example.com"]),
        ({"targetDomain": "X.example"}, ["a@example.com", "c@example.com"]),
        ({"targetUsername": "zoe", "targetDomain": "x.example"}, ["a@example.com"]),
        ({"owner": platform.stranger.id}, ["b@other.example"]),
        ({"customer": platform.customer.id, "reseller": platform.reseller.id}, ["a@example.com", "c@example.com"]),
        ({"aliasUsername": "", "targetDomain": "%"}, ["a@example.com", "b@other.example", "c@example.com"]),
    ):
        assert names(platform, filter=given, orderBy=ascending) == expected, given
    for attribute, expected in (
        ("aliasUsername", "abc"),
        ("aliasDomain", "acb"),
        ("targetUsername", "cba"),
        ("targetDomain", "cab"),
    ):
        listed = names(platform, orderBy={"attribute": attribute, "direction": "ASC"})
        assert "".join(name[0] for name in listed) == expected, attribute
        backward = names(platform, orderBy={"attribute": attribute, "direction": "DESC"})
        assert backward == listed[::-1]
