"""ENUM numbers: the ranges they lie in, their mappings, owners and lists."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ngnpro_wire.facts.enum_services import SERVICES
from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.invalid_values import InvalidValueCases
from tests.support.platform import Platform, make_platform, refused
from tests.support.server import make_server

Auth = dict[str, Any]


@pytest.fixture
def platform(platform: Platform) -> Platform:
    """The platform with a range of the customer."""
    add_range(platform, "312355", customer=platform.customer.id, minDigits=11, maxDigits=12, ttl=900)
    return platform


def add_range(platform: Platform, prefix: str, **members: Any) -> Any:
    record = {"id": {"prefix": prefix, "tld": "e164.arpa"}} | members
    return platform.call("Enum", "addRange", range=record)


def enum_id(number: str) -> dict[str, str]:
    return {"number": number, "tld": "e164.arpa"}


def add(platform: Platform, number: str = "31235500001", auth: Auth | None = None, **members: Any) -> Any:
    return platform.call("Enum", "addNumber", auth, number={"id": enum_id(number)} | members)


def update(platform: Platform, auth: Auth | None = None, **members: Any) -> Any:
    return platform.call("Enum", "updateNumber", auth, number={"id": enum_id("31235500001")} | members)


def used(platform: Platform) -> int:
    return int(platform.call("Enum", "getRanges", query={})["ranges"][0]["used"])


def numbers(platform: Platform, auth: Auth | None = None, **query: Any) -> list[str]:
    listed = platform.call("Enum", "getNumbers", auth, query=query)
    assert listed["total"] == len(listed["numbers"])
    return [found["id"]["number"] for found in listed["numbers"]]


def test_a_number_is_added_read_changed_and_deleted(platform: Platform) -> None:
    mapping = {"type": "sip", "mapto": "sip:alice@example.com", "priority": 7, "ttl": 60}
    added = add(platform, info="Front desk", mappings=[mapping])
    assert (added["id"], added["info"]) == (enum_id("31235500001"), "Front desk")
    assert added["mappings"] == [mapping | {"id": added["mappings"][0]["id"]}]
    assert (added["owner"], added["customer"], added["reseller"]) == (
        platform.customer.id,
        platform.customer.id,
        platform.reseller.id,
    )
    assert platform.call("Enum", "getNumber", enumId=enum_id("+31235500001")) == added
    changed = update(platform, info="Back desk")
    assert changed == added | {"info": "Back desk", "changeDate": changed["changeDate"]}
    assert used(platform) == 1
    assert platform.call("Enum", "deleteNumber", enumId=added["id"]) is None
    assert used(platform) == 0
    with refused(FaultCode.NUMBER_MISSING):
        platform.call("Enum", "getNumber", enumId=added["id"])


def test_a_number_is_taken_once(platform: Platform) -> None:
    add(platform)
    with refused(FaultCode.NUMBER_EXISTS):
        add(platform, "+31235500001")
    assert used(platform) == 1


def test_a_number_lies_in_a_range_of_the_caller(platform: Platform) -> None:
    for number in ("31201234567", "3123"):
        with refused(FaultCode.NUMBER_OUTSIDE):
            add(platform, number)
    for party in (platform.sibling, platform.stranger):
        with refused(FaultCode.NUMBER_OUTSIDE):
            add(platform, auth=party.auth)
    with refused(FaultCode.NUMBER_OUTSIDE):
        platform.call("Enum", "addNumber", number={"id": {"number": "31235500001", "tld": "elsewhere.example"}})
    for party in (platform.customer, platform.reseller):
        add(platform, f"3123550000{party.id}", party.auth)


def test_the_narrowest_range_takes_the_number(platform: Platform) -> None:
    add_range(platform, "31235500", customer=platform.stranger.id)
    assert add(platform)["customer"] == platform.stranger.id
    assert add(platform, "31235512345")["customer"] == platform.customer.id


def test_lengths_and_size_of_the_range_are_enforced(platform: Platform) -> None:
    for number in ("3123550001", "3123550000123"):
        with refused(FaultCode.VALUE_INVALID, "number"):
            add(platform, number)
    platform.call("Enum", "updateRange", range={"id": {"prefix": "312355", "tld": "e164.arpa"}, "size": 1})
    add(platform)
    with refused(FaultCode.RANGE_FULL):
        add(platform, "31235500002")


def test_credit_limits_numbers(platform: Platform) -> None:
    platform.grant(platform.customer, enum_number_credit=1)
    add(platform, auth=platform.customer.auth)
    with refused(FaultCode.CREDIT_EXHAUSTED):
        add(platform, "31235500002", platform.customer.auth)
    assert used(platform) == 1


def test_mappings_keep_their_ids_and_leave_when_left_out(platform: Platform) -> None:
    first, second = add(
        platform,
        mappings=[{"type": "sip", "mapto": "sip:a@example.com"}, {"type": "mailto", "mapto": "mailto:a@example.com"}],
    )["mappings"]
    kept = update(
        platform,
        mappings=[second | {"priority": 1}, {"type": "tel", "mapto": "tel:+3120", "id": 0}],
    )["mappings"]
    assert kept[0] == second | {"priority": 1}
    assert first["id"] not in {mapping["id"] for mapping in kept}
    assert update(platform)["mappings"] == kept
    assert update(platform, mappings=[])["mappings"] == []


def test_the_id_of_anothers_mapping_is_not_taken(platform: Platform) -> None:
    foreign = add(platform, "31235500002", mappings=[{"type": "sip", "mapto": "sip:b@example.com"}])
    add(platform)
    stolen = foreign["mappings"][0] | {"mapto": "sip:evil@example.com"}
    assert update(platform, mappings=[stolen])["mappings"][0]["id"] != stolen["id"]
    assert platform.call("Enum", "getNumber", enumId=foreign["id"]) == foreign


def test_priority_and_ttl_have_defaults(platform: Platform) -> None:
    mapping = add(platform, mappings=[{"type": "sip", "mapto": "sip:a@example.com"}])["mappings"][0]
    assert (mapping["priority"], mapping["ttl"]) == (5, 900)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("service", SERVICES)
def test_every_service_takes_its_schemes_and_gets_the_first_when_there_is_none(
    platform: Platform, service: str
) -> None:
    samples = {"tel:": "+31201234567", "http://": "x.example", "https://": "x.example", "ftp://": "x.example"}
    targets = [scheme + samples.get(scheme, "joe@x.example") for scheme in SERVICES[service]]
    plain = targets[0].removeprefix(SERVICES[service][0])
    mappings = [{"type": service, "mapto": target} for target in (*targets, plain)]
    stored = add(platform, mappings=mappings)["mappings"]
    assert [m["mapto"] for m in stored] == [*targets, targets[0]]


class TestInvalidValues(InvalidValueCases):
    invalid = (
        ("number", {"id": enum_id("none")}),
        ("number", {"id": enum_id("")}),
        ("number", {"id": enum_id("3" * 16)}),
        ("info", {"info": "x" * 256}),
        ("type", {"mappings": [{"type": "smoke", "mapto": "x"}]}),
        ("mapto", {"mappings": [{"type": "tel", "mapto": "sip:a@example.com"}]}),
        ("mapto", {"mappings": [{"type": "sip", "mapto": "sip:"}]}),
        ("mapto", {"mappings": [{"type": "sip", "mapto": "sip:a b@example.com"}]}),
        ("mapto", {"mappings": [{"type": "sip", "mapto": "sip:" + "a" * 252}]}),
        ("priority", {"mappings": [{"type": "sip", "mapto": "sip:a@b.example", "priority": 65536}]}),
        ("ttl", {"mappings": [{"type": "sip", "mapto": "sip:a@b.example", "ttl": -1}]}),
        ("mappings", {"mappings": [{"type": "sip", "mapto": "sip:a@b.example"}] * 101}),
    )

    def send(self, platform: Platform, given: Any) -> Any:
        return add(platform, **given)

    def stored(self, platform: Platform) -> Any:
        return used(platform)


def test_an_owner_is_of_the_same_reseller_and_sees_their_number(platform: Platform) -> None:
    assert add(platform, owner=platform.sibling.id)["owner"] == platform.sibling.id
    assert numbers(platform, platform.sibling.auth) == ["31235500001"]
    assert update(platform, platform.sibling.auth, info="mine")["info"] == "mine"
    with refused(FaultCode.VALUE_INVALID, "owner"):
        update(platform, owner=platform.stranger.id)
    assert update(platform, owner=0)["owner"] == platform.sibling.id


def test_a_foreign_number_does_not_exist(platform: Platform) -> None:
    add(platform)
    for party in (platform.sibling, platform.stranger, platform.rival):
        assert numbers(platform, party.auth) == []
        with refused(FaultCode.NUMBER_MISSING):
            platform.call("Enum", "getNumber", party.auth, enumId=enum_id("31235500001"))
        with refused(FaultCode.NUMBER_MISSING):
            update(platform, party.auth)
        with refused(FaultCode.NUMBER_MISSING):
            platform.call("Enum", "deleteNumber", party.auth, enumId=enum_id("31235500001"))


def test_numbers_are_listed_by_every_filter_and_order(platform: Platform) -> None:
    add(platform, mappings=[{"type": "sip", "mapto": "sip:Alice@Example.com"}, {"type": "tel", "mapto": "tel:+31"}])
    add(platform, "31235500002", mappings=[{"type": "mailto", "mapto": "mailto:alice@example.com"}])
    both = ["31235500001", "31235500002"]
    for given, expected in (
        ({"number": "3123550000_"}, both),
        ({"number": "31235500002"}, both[1:]),
        ({"tld": "e164.ARPA"}, both),
        ({"type": "sip"}, both[:1]),
        ({"mapto": "alice@example.com"}, both),
        ({"mapto": "alice@example.com", "type": "sip"}, both[:1]),
        ({"mapto": "sip:ALICE@example.com"}, both),
        ({"mapto": "+31", "type": "sip"}, []),
        ({"mapto": "%example%"}, both),
        ({"owner": platform.customer.id, "customer": platform.customer.id}, both),
        ({"reseller": platform.rival.id}, []),
    ):
        assert sorted(numbers(platform, filter=given)) == expected, given
    for attribute in ("number", "tld", "changeDate"):
        assert numbers(platform, orderBy={"attribute": attribute, "direction": "ASC"}) == both
        assert numbers(platform, orderBy={"attribute": attribute, "direction": "DESC"}) == both[::-1]


def test_the_serial_of_the_range_rises_with_every_change_and_begins_with_the_date(tmp_path: Path) -> None:
    now = [datetime(2026, 3, 1, 12, 0, 0)]
    path = tmp_path / "clock"
    path.mkdir()
    platform = make_platform(make_server(path, clock=lambda: now[0]))

    def serial() -> int:
        return int(platform.call("Enum", "getRanges", query={})["ranges"][0]["serial"])

    add_range(platform, "312355")
    serials = [serial()]
    add(platform)
    serials.append(serial())
    update(platform, info="x")
    serials.append(serial())
    now[0] = datetime(2026, 3, 2)
    platform.call("Enum", "deleteNumber", enumId=enum_id("31235500001"))
    serials.append(serial())
    assert serials == [2026030100, 2026030101, 2026030102, 2026030200]
