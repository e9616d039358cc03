"""ENUM ranges: prefixes, lengths, sizes, owners and lists."""

from __future__ import annotations

from typing import Any

import pytest

from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.invalid_values import InvalidValueCases
from tests.support.platform import Platform, refused

Auth = dict[str, Any]


def add(platform: Platform, prefix: str, auth: Auth | None = None, **members: Any) -> Any:
    record = {"id": {"prefix": prefix, "tld": members.pop("tld", "e164.arpa")}} | members
    return platform.call("Enum", "addRange", auth, range=record)


def add_number(platform: Platform, number: str, auth: Auth | None = None) -> Any:
    return platform.call("Enum", "addNumber", auth, number={"id": {"number": number, "tld": "e164.arpa"}})


def prefixes(platform: Platform, auth: Auth | None = None, **query: Any) -> list[str]:
    listed = platform.call("Enum", "getRanges", auth, query=query)
    assert listed["total"] == len(listed["ranges"])
    return [found["id"]["prefix"] for found in listed["ranges"]]


def test_a_range_is_added_read_changed_and_deleted(platform: Platform) -> None:
    members = {
        "ttl": 600,
        "info": "Haarlem",
        "minDigits": 11,
        "maxDigits": 12,
        "size": 100,
        "nameservers": ["ns1.example.net", "NS2.example.net"],
    }
    added = add(platform, "312355", customer=platform.customer.id, **members)
    expected = members | {"nameservers": ["ns1.example.net", "ns2.example.net"], "used": 0}
    assert added | expected == added
    assert (added["customer"], added["reseller"]) == (platform.customer.id, platform.reseller.id)
    changed = platform.call("Enum", "updateRange", range={"id": added["id"], "info": "Delft", "serial": 0, "used": 9})
    assert changed == added | {
        "info": "Delft",
        "serial": added["serial"] + 1,
        "changeDate": changed["changeDate"],
    }
    assert platform.call("Enum", "getRanges", query={}) == {"total": 1, "ranges": [changed]}
    assert platform.call("Enum", "deleteRange", range=added["id"]) is None
    with refused(FaultCode.RANGE_MISSING):
        platform.call("Enum", "deleteRange", range=added["id"])


def test_members_that_a_new_range_leaves_out_have_defaults(platform: Platform) -> None:
    added = platform.call("Enum", "addRange", range={"id": {"prefix": "312355"}})
    assert added["id"] == {"prefix": "312355", "tld": "e164.arpa"}
    assert (added["ttl"], added["minDigits"], added["maxDigits"], added["size"]) == (3600, 6, 15, 0)


def test_a_range_is_taken_once_in_each_enum_domain(platform: Platform) -> None:
    add(platform, "312355")
    add(platform, "312355", tld="enum.example")
    with refused(FaultCode.RANGE_EXISTS):
        add(platform, "312355", tld="E164.ARPA")


class TestInvalidValues(InvalidValueCases):
    invalid = (
        ("prefix", {"id": {"prefix": "", "tld": "e164.arpa"}}),
        ("prefix", {"id": {"prefix": "+0123", "tld": "e164.arpa"}}),
        ("prefix", {"id": {"prefix": "00031", "tld": "e164.arpa"}}),
        ("prefix", {"id": {"prefix": "3" * 16, "tld": "e164.arpa"}}),
        ("tld", {"id": {"prefix": "3123", "tld": "no domain"}}),
        ("ttl", {"ttl": -1}),
        ("size", {"size": -1}),
        ("info", {"info": "x" * 256}),
        ("minDigits", {"minDigits": 3}),
        ("minDigits", {"minDigits": 16}),
        ("maxDigits", {"minDigits": 12, "maxDigits": 11}),
        ("nameservers", {"nameservers": ["not a host"]}),
        ("nameservers", {"nameservers": [f"ns{n}.example.net" for n in range(14)]}),
    )

    def send(self, platform: Platform, given: Any) -> Any:
        return add(platform, "3123", **given) if "id" not in given else platform.call("Enum", "addRange", range=given)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("prefix", ["1", "7", "31", "4", "35", "351", "886"])
def test_only_administrators_add_ranges_of_whole_country_codes(platform: Platform, prefix: str) -> None:
    for party in (platform.reseller, platform.customer):
        with refused(FaultCode.NOT_PERMITTED):
            add(platform, prefix, party.auth)
    add(platform, prefix)


def test_a_part_of_another_customers_range_cannot_be_added(platform: Platform) -> None:
    add(platform, "312355", customer=platform.stranger.id)
    for prefix in ("312355", "31235512", "3123"):
        with refused(FaultCode.RANGE_EXISTS):
            add(platform, prefix, platform.customer.auth)
    add(platform, "312356", platform.customer.auth)
    add(platform, "31235512", platform.stranger.auth)


def test_a_size_cannot_fall_below_what_is_used(platform: Platform) -> None:
    added = add(platform, "312355", size=5)
    for last in range(3):
        add_number(platform, f"3123550000{last}")
    with refused(FaultCode.VALUE_INVALID, "size"):
        platform.call("Enum", "updateRange", range={"id": added["id"], "size": 2})
    assert platform.call("Enum", "updateRange", range={"id": added["id"], "size": 3})["used"] == 3


def test_a_range_with_numbers_is_not_deleted(platform: Platform) -> None:
    added = add(platform, "312355")
    add_number(platform, "31235500001")
    with refused(FaultCode.RANGE_IN_USE):
        platform.call("Enum", "deleteRange", range=added["id"])
    platform.call("Enum", "deleteNumber", enumId={"number": "31235500001", "tld": "e164.arpa"})
    platform.call("Enum", "deleteRange", range=added["id"])


def test_a_range_takes_its_numbers_to_another_customer(platform: Platform) -> None:
    added = add(platform, "312355", customer=platform.customer.id)
    add_number(platform, "31235500001")
    platform.call("Enum", "updateRange", range={"id": added["id"], "customer": platform.stranger.id})
    for party, total in ((platform.reseller, 0), (platform.stranger, 1), (platform.rival, 1)):
        assert platform.call("Enum", "getNumbers", party.auth, query={})["total"] == total
        assert len(prefixes(platform, party.auth)) == total


def test_credit_limits_ranges(platform: Platform) -> None:
    platform.grant(platform.customer, enum_range_credit=1)
    add(platform, "312355", platform.customer.auth)
    with refused(FaultCode.CREDIT_EXHAUSTED):
        add(platform, "312356", platform.customer.auth)


def test_a_foreign_range_does_not_exist(platform: Platform) -> None:
    added = add(platform, "312355", customer=platform.customer.id)
    for party in (platform.sibling, platform.stranger, platform.rival):
        assert prefixes(platform, party.auth) == []
        with refused(FaultCode.RANGE_MISSING):
            platform.call("Enum", "updateRange", party.auth, range={"id": added["id"]})
        with refused(FaultCode.RANGE_MISSING):
            platform.call("Enum", "deleteRange", party.auth, range=added["id"])


def test_ranges_are_listed_by_every_filter_and_order(platform: Platform) -> None:
    add(platform, "3120", tld="b.example", info="Ämsterdam", customer=platform.customer.id)
    add(platform, "3123", tld="a.example", info="Haarlem", customer=platform.stranger.id)
    for given, expected in (
        ({"prefix": "312%"}, ["3120", "3123"]),
        ({"prefix": "3120"}, ["3120"]),
        ({"tld": "A.example"}, ["3123"]),
        ({"info": "äm%"}, ["3120"]),
        ({"customer": platform.customer.id}, ["3120"]),
        ({"reseller": platform.rival.id}, ["3123"]),
    ):
        assert sorted(prefixes(platform, filter=given)) == expected, given
    for attribute, expected in (("prefix", ["3120", "3123"]), ("tld", ["3123", "3120"])):
        assert prefixes(platform, orderBy={"attribute": attribute, "direction": "ASC"}) == expected
        assert prefixes(platform, orderBy={"attribute": attribute, "direction": "DESC"}) == expected[::-1]
