"""Rating profiles: of accounts, domains and customers, who may change them, and when they go."""

from __future__ import annotations

from typing import Any

import pytest

from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.member_rights import MEMBER_RIGHTS
from tests.support.platform import Party, Platform, refused
from tests.support.server import post

ALICE = "subscriber://alice@example.com"


@pytest.fixture
def platform(platform: Platform) -> Platform:
    """A platform with an account of the customer."""
    platform.add_domain()
    platform.add_account()
    return platform


def put(platform: Platform, entity: str = ALICE, auth: Any = None, **members: str) -> None:
    profiles = {"entity": entity, "profileWeekday": "list-1"} | members
    platform.call("Rating", "setEntityProfiles", auth, profiles=profiles)


def read(platform: Platform, entity: str = ALICE, auth: Any = None) -> Any:
    return platform.call("Rating", "getEntityProfiles", auth, entity=entity)


def entity_of(party: Party) -> str:
    return f"customer://{party.id}"


def test_profiles_are_set_read_changed_and_removed(platform: Platform) -> None:
    put(platform, "subscriber://Alice@EXAMPLE.com", profileWeekendAlt="list-9", timezone="Europe/Amsterdam")
    stored = {"entity": ALICE, "profileWeekday": "list-1", "profileWeekdayAlt": "", "profileWeekend": ""}
    stored |= {"profileWeekendAlt": "list-9", "timezone": "Europe/Amsterdam"}
    assert read(platform) == stored
    put(platform, profileWeekday="list-2", profileWeekend="list-3")
    assert read(platform) == stored | {"profileWeekday": "list-2", "profileWeekend": "list-3"}
    assert platform.call("Rating", "deleteEntityProfiles", entity=ALICE) is None
    with refused(FaultCode.RATING_MISSING):
        read(platform)
    with refused(FaultCode.RATING_MISSING):
        platform.call("Rating", "deleteEntityProfiles", entity=ALICE)


def test_an_empty_profile_for_weekdays_removes_them(platform: Platform) -> None:
    put(platform)
    put(platform, profileWeekday=" ")
    with refused(FaultCode.RATING_MISSING):
        read(platform)
    with refused(FaultCode.RATING_MISSING):
        put(platform, profileWeekday="")


def test_domains_and_customers_have_profiles_of_their_own(platform: Platform) -> None:
    for entity in ("domain://example.com", entity_of(platform.customer)):
        put(platform, entity)
        assert read(platform, entity)["entity"] == entity
    with refused(FaultCode.RATING_MISSING):
        read(platform)


@pytest.mark.parametrize("entity", ["gateway://192.0.2.1", "alice@example.com", "customer://x", "customer://-1"])
def test_other_entities_are_refused(platform: Platform, entity: str) -> None:
    with refused(FaultCode.VALUE_INVALID):
        put(platform, entity)


@pytest.mark.parametrize(
    ("entity", "code"),
    [
        ("", FaultCode.RATING_MISSING),
        ("subscriber://nobody@example.com", FaultCode.ACCOUNT_MISSING),
        ("domain://else.example", FaultCode.DOMAIN_MISSING),
        ("customer://4711", FaultCode.CUSTOMER_MISSING),
    ],
)
def test_what_does_not_exist_is_missing(platform: Platform, entity: str, code: FaultCode) -> None:
    with refused(code):
        read(platform, entity)


@pytest.mark.parametrize("member", MEMBER_RIGHTS["RatingEntityProfiles"])
def test_only_resellers_with_the_right_change_them(platform: Platform, member: str) -> None:
    value = "Europe/Paris" if member == "timezone" else "list-5"
    put(platform)
    for party in (platform.customer, platform.reseller):
        with refused(FaultCode.NOT_PERMITTED):
            put(platform, auth=party.auth, **{member: value})
        platform.grant(party, pstn_changes=1)
    with refused(FaultCode.NOT_PERMITTED):
        put(platform, auth=platform.customer.auth, **{member: value})
    put(platform, auth=platform.reseller.auth, **{member: value})
    assert read(platform, auth=platform.customer.auth)[member] == value


def test_a_reseller_does_not_change_what_they_pay_themselves(platform: Platform) -> None:
    platform.grant(platform.reseller, pstn_changes=1)
    put(platform, entity_of(platform.customer), auth=platform.reseller.auth)
    own = entity_of(platform.reseller)
    with refused(FaultCode.NOT_PERMITTED):
        put(platform, own, auth=platform.reseller.auth)
    put(platform, own)
    with refused(FaultCode.NOT_PERMITTED):
        platform.call("Rating", "deleteEntityProfiles", platform.reseller.auth, entity=own)


def test_profiles_go_with_their_account_domain_and_customer(platform: Platform) -> None:
    platform.add_account("bob")
    for entity in (ALICE, "subscriber://bob@example.com", "domain://example.com", entity_of(platform.sibling)):
        put(platform, entity)
    alice = {"username": "alice", "domain": "example.com"}
    platform.call("Sip", "deleteAccount", sipId=alice)
    platform.add_account()
    with refused(FaultCode.RATING_MISSING):
        read(platform)
    platform.call("Sip", "deleteDomain", domain="example.com")
    platform.add_domain()
    platform.add_account("bob")
    for entity in ("subscriber://bob@example.com", "domain://example.com"):
        with refused(FaultCode.RATING_MISSING):
            read(platform, entity)
    platform.call("Customer", "deleteAccount", id=platform.sibling.id)
    customer = {"id": platform.sibling.id, "username": "again", "password": "x", "reseller": platform.reseller.id}
    platform.call("Customer", "addAccount", account=customer)
    with refused(FaultCode.RATING_MISSING):
        read(platform, entity_of(platform.sibling))


def test_a_message_in_the_form_of_cdrtool_is_understood(platform: Platform) -> None:
    body = f"""<?xml version="1.0"?>
    <SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
        xmlns:ns4="urn:AGProjects:NGNPro" xmlns:ns5="urn:AGProjects:NGNPro:Rating">
      <SOAP-ENV:Header><auth><username xsi:type="xsd:string">admin</username>
        <password xsi:type="xsd:string">administrators-secret</password>
        <admin xsi:type="xsd:boolean">true</admin></auth>
      </SOAP-ENV:Header>
      <SOAP-ENV:Body><ns5:setEntityProfiles><profiles xsi:type="ns4:RatingEntityProfiles">
        <entity xsi:type="xsd:string">{ALICE}</entity><profileWeekday xsi:type="xsd:string">442</profileWeekday>
        <profileWeekdayAlt></profileWeekdayAlt><profileWeekend xsi:type="xsd:string">443</profileWeekend>
        <profileWeekendAlt xsi:type="xsd:string"></profileWeekendAlt><timezone>Europe/Amsterdam</timezone>
      </profiles></ns5:setEntityProfiles></SOAP-ENV:Body></SOAP-ENV:Envelope>"""
    status, _headers, answer = post(platform.server.app, body.encode())
    assert (status, b"setEntityProfilesResponse" in answer) == ("200 OK", True)
    assert read(platform)["profileWeekend"] == "443"
