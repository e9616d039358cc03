"""E-mail aliases and redirects that are kept with DNS zones."""

from __future__ import annotations

from typing import Any

import pytest

from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.invalid_values import InvalidValueCases
from tests.support.platform import Platform, refused

Auth = dict[str, Any]
ALIAS = {"name": "info@example.com", "type": "MBOXFW", "value": "anna@example.org"}
REDIRECT = {"name": "www", "type": "URL", "value": "https://example.org/shop?a=1"}


@pytest.fixture(autouse=True)
def zone(platform: Platform) -> None:
    """The customer's zone."""
    platform.call("Dns", "addZone", zone={"name": "example.com", "customer": platform.customer.id})


def add(platform: Platform, record: Any, auth: Auth | None = None, **members: Any) -> Any:
    return platform.call("Dns", "addFancyRecord", auth, record={"zone": "example.com"} | record | members)


def test_both_kinds_are_added_read_changed_and_deleted(platform: Platform) -> None:
    serial = platform.call("Dns", "getZone", zone="example.com")["serial"]
    for given, value in ((ALIAS, "bob@example.org"), (REDIRECT, "http://example.net/")):
        added = add(platform, given, ttl=60, priority=3)
        assert added | given | {"ttl": 60, "priority": 3, "owner": platform.customer.id} == added
        changed = platform.call("Dns", "updateFancyRecord", record={"id": added["id"], "value": value})
        assert changed == added | {"value": value, "changeDate": changed["changeDate"]}
        assert platform.call("Dns", "getFancyRecord", recordId=added["id"]) == changed
        kind = {"filter": {"type": given["type"], "zone": "example.com"}}
        assert platform.call("Dns", "getFancyRecords", query=kind) == {"total": 1, "records": [changed]}
        with refused(FaultCode.ZONE_RECORD_MISSING):
            platform.call("Dns", "getRecord", recordId=added["id"])
        platform.call("Dns", "deleteFancyRecord", recordId=added["id"])
        with refused(FaultCode.ZONE_RECORD_MISSING):
            platform.call("Dns", "getFancyRecord", recordId=added["id"])
    assert platform.call("Dns", "getZone", zone="example.com")["serial"] == serial


def test_the_zone_completes_the_address_of_an_alias(platform: Platform) -> None:
    assert add(platform, ALIAS | {"name": "Info"})["name"] == "info@example.com"
    add(platform, ALIAS, value="bob@example.org")
    with refused(FaultCode.ZONE_RECORD_EXISTS):
        add(platform, ALIAS, value="BOB@example.org")


def test_a_name_is_redirected_once(platform: Platform) -> None:
    add(platform, REDIRECT)
    with refused(FaultCode.VALUE_INVALID, "name"):
        add(platform, REDIRECT, value="https://example.net/")


class TestInvalidValues(InvalidValueCases):
    invalid = (
        ("type", {"type": "A"}),
        ("name", ALIAS | {"name": ""}),
        ("name", ALIAS | {"name": "info@example.org"}),
        ("name", ALIAS | {"name": "in fo"}),
        ("value", ALIAS | {"value": "anna"}),
        ("value", ALIAS | {"value": ""}),
        ("value", ALIAS | {"value": "INFO@example.com"}),
        ("name", REDIRECT | {"name": "www.example.org."}),
        ("value", REDIRECT | {"value": "example.org"}),
        ("value", REDIRECT | {"value": "javascript:alert(1)"}),
        ("value", REDIRECT | {"value": "https://"}),
        ("value", REDIRECT | {"value": "https://example.org/<b>"}),
        ("value", REDIRECT | {"value": "https://[::1"}),
    )

    def send(self, platform: Platform, given: Any) -> Any:
        return add(platform, given)


def test_credit_limits_aliases_and_not_redirects(platform: Platform) -> None:
    platform.grant(platform.customer, email_credit=1)
    add(platform, ALIAS, platform.customer.auth)
    with refused(FaultCode.CREDIT_EXHAUSTED):
        add(platform, ALIAS, platform.customer.auth, value="bob@example.org")
    add(platform, REDIRECT, platform.customer.auth)


def test_a_foreign_one_does_not_exist(platform: Platform) -> None:
    added = add(platform, ALIAS)
    for party in (platform.sibling, platform.stranger, platform.rival):
        with refused(FaultCode.ZONE_RECORD_MISSING):
            platform.call("Dns", "getFancyRecord", party.auth, recordId=added["id"])
        with refused(FaultCode.ZONE_RECORD_MISSING):
            platform.call("Dns", "deleteFancyRecord", party.auth, recordId=added["id"])
        with refused(FaultCode.ZONE_RECORD_MISSING):
            platform.call("Dns", "updateFancyRecord", party.auth, record={"id": added["id"], "value": "x@example.org"})
        with refused(FaultCode.ZONE_MISSING):
            add(platform, ALIAS, party.auth, value="x@example.org")
