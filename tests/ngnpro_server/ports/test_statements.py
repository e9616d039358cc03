"""Every operation of the contract runs at most a known number of SQL statements."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from ngnpro_wire.codec import declarations, encode_call
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.schema import load_schema
from tests.support.platform import Platform, refused
from tests.support.statements import counted

DOMAIN = "example.com"
ADA, INFO = {"username": "ada", "domain": DOMAIN}, {"username": "info", "domain": DOMAIN}
NUMBER = {"number": "31201000001", "tld": "e164.arpa"}
RANGE = {"prefix": "3120", "tld": "e164.arpa"}
PARTS = {
    "groups": ["free-pstn", "missed-calls", "sms"],
    "properties": [{"name": name, "value": "x"} for name in ("color", "language", "note")],
    "acl": [{"ip": "192.0.2.1"}, {"ip": "2001:db8::", "mask": 64}],
}
PERSON = {"id": ADA, "password": "a-Secret-2026", "firstName": "Ada", **PARTS}
LISTED = {"query": {"range": {"start": 0, "count": 20}}}
CALL = {"callId": "x", "fromTag": "y"}
MISSING = {
    "Sip.getMediaTrace": FaultCode.MEDIA_MISSING,
    "Watch.closeAlarm": FaultCode.VALUE_INVALID,
    "Sip.addBalanceFromVoucher": FaultCode.VOUCHER_UNKNOWN,
    "Presence.setPresenceInformation": FaultCode.OPERATION_UNAVAILABLE,
    "Presence.setPolicy": FaultCode.OPERATION_UNAVAILABLE,
}
PROFILES = {"entity": "subscriber://ada@example.com", "profileWeekday": "one"}
Step = tuple[str, dict[str, Any], int]

# The calls in an order in which each finds what it needs, and the most statements that each may run. Those that change
# what SIP proxies hold in memory note that the proxies have to load it.
SIP: list[Step] = [
    ("Sip.addDomain", {"domain": {"domain": "new.example"}}, 4),
    ("Sip.updateDomain", {"domain": {"domain": "new.example", "match_ip_address": "192.0.2.1"}}, 4),
    ("Sip.getDomains", LISTED, 2),
    ("Sip.addAccount", {"account": PERSON}, 8),
    ("Sip.updateAccount", {"account": PERSON | {"lastName": "Lovelace"}}, 15),
    ("Sip.getAccount", {"sipId": ADA}, 2),
    ("Sip.getAccounts", LISTED, 3),
    ("Sip.addToGroup", {"sipId": ADA, "group": "quota"}, 6),
    ("Sip.getGroups", {"sipId": ADA}, 2),
    ("Sip.removeFromGroup", {"sipId": ADA, "group": "quota"}, 6),
    ("Sip.addAlias", {"alias": {"id": INFO, "target": ADA}}, 7),
    ("Sip.updateAlias", {"alias": {"id": INFO, "target": ADA}}, 5),
    ("Sip.getAlias", {"id": INFO}, 1),
    ("Sip.getAliases", LISTED, 2),
    ("Sip.deleteAlias", {"id": INFO}, 6),
    ("Sip.addBalance", {"sipId": ADA, "value": 5.0, "description": "cash"}, 4),
    ("Sip.addBalanceFromVoucher", {"sipId": ADA, "card": {"id": 1, "number": "x"}}, 2),
    ("Watch.addVoucherBatch", {"batch": {"name": "one", "count": 600, "value": 5.0}}, 5),
    ("Watch.getVoucherBatches", LISTED, 2),
    ("Watch.getVouchers", {"id": 1, "number": ""}, 1),
    ("Watch.exportVoucherBatch", {"id": 1}, 3),
    ("Watch.blockVoucherBatch", {"id": 1, "blocked": True}, 3),
    ("Sip.getPrepaidStatus", {"sipIds": [ADA]}, 4),
    ("Sip.getCreditHistory", {"sipId": ADA, "count": 5}, 2),
    ("Sip.addPhonebookEntry", {"sipId": ADA, "entry": {"uri": "sip:bob@example.com"}}, 3),
    ("Sip.updatePhonebookEntry", {"sipId": ADA, "entry": {"uri": "sip:bob@example.com", "name": "Bob"}}, 4),
    ("Sip.getPhonebookEntries", {"sipId": ADA}, 3),
    ("Watch.getMissingContacts", {"sipId": ADA, "uris": ["sip:bob@example.com"]}, 6),
    ("Sip.deletePhonebookEntry", {"sipId": ADA, "uri": "sip:bob@example.com"}, 3),
    ("Sip.setRejectMembers", {"sipId": ADA, "members": ["sip:a@b.example", "sip:b@b.example"]}, 3),
    ("Sip.getRejectMembers", {"sipId": ADA}, 2),
    ("Sip.setAcceptRules", {"sipId": ADA, "rules": {"persistent": [], "temporary": {"duration": 5}}}, 5),
    ("Sip.getAcceptRules", {"sipId": ADA}, 4),
    ("Sip.setBarringPrefixes", {"sipId": ADA, "prefixes": ["+31", "+32"]}, 3),
    ("Sip.getBarringPrefixes", {"sipId": ADA}, 2),
    ("Sip.setCallDiversions", {"sipId": ADA, "diversions": {"FUNC": "sip:b@b.example"}}, 5),
    ("Sip.getCallDiversions", {"sipId": ADA}, 2),
    ("Sip.getCalls", {"sipId": ADA, "query": {}}, 4),
    ("Sip.getCallStatistics", {"sipId": ADA, "query": {}}, 5),
    ("Sip.getSipDeviceLocations", {"sipIds": [ADA]}, 2),
    ("Sip.getSipTrace", {"filter": CALL}, 1),
    ("Sip.getMediaTrace", {"filter": CALL}, 1),
    ("Sip.getMediaSummary", {}, 1),
    ("Sip.getMediaSessions", {}, 1),
    ("Voicemail.addAccount", {"account": {"sipId": ADA, "name": "Ada", "password": "1234"}}, 11),
    ("Voicemail.updateAccount", {"account": {"sipId": ADA, "name": "Ada L."}}, 6),
    ("Voicemail.getAccount", {"sipId": ADA}, 2),
    ("Voicemail.setAnnouncement", {"sipId": ADA, "message": b"RIFF"}, 3),
    ("Voicemail.deleteAccount", {"sipId": ADA}, 11),
    ("Rating.setEntityProfiles", {"profiles": PROFILES}, 3),
    ("Rating.getEntityProfiles", {"entity": PROFILES["entity"]}, 2),
    ("Rating.deleteEntityProfiles", {"entity": PROFILES["entity"]}, 2),
    ("Presence.getPresenceInformation", {"sipId": ADA}, 3),
    ("Presence.deletePresenceInformation", {"sipId": ADA}, 3),
    ("Presence.getWatchers", {"sipId": ADA}, 3),
    ("Presence.getPolicy", {"sipId": ADA}, 1),
    ("Presence.setPresenceInformation", {"sipId": ADA, "information": {"activity": "busy"}}, 3),
    ("Presence.setPolicy", {"sipId": ADA, "policy": {}}, 1),
    ("Sip.deleteAccount", {"sipId": ADA}, 22),
    ("Sip.deleteDomain", {"domain": "new.example"}, 36),
]
REST: list[Step] = [
    ("Watch.getAlarms", {"state": "open"}, 1),
    ("Watch.closeAlarm", {"id": 1}, 1),
    ("Watch.confirmAlarms", {"last": 1}, 1),
    ("Watch.getHealth", {}, 2),
    ("Watch.getUsage", {}, 3),
    ("Watch.getProvisioning", {}, 2),
    ("Network.getStatus", {}, 2),
    ("Network.getStatistics", {}, 4),
    ("Watch.getFoundAccounts", {"sign": "1"}, 1),
    ("Watch.getFoundAccounts", {"sign": "192.0.2.1"}, 1),
    ("Watch.getFoundCalls", {"query": {}}, 2),
    ("Watch.getDiversionsTo", {"sipId": ADA}, 3),
    ("Watch.getDiversionsInCircles", {}, 1),
    ("Watch.getContactsTo", {"sipId": ADA}, 1),
    ("Sip.addTrustedPeer", {"peer": {"ip": "192.0.2.7"}}, 3),
    ("Sip.updateTrustedPeer", {"peer": {"ip": "192.0.2.7", "callLimit": 5}}, 4),
    ("Sip.getTrustedPeers", LISTED, 2),
    ("Sip.deleteTrustedPeer", {"ip": "192.0.2.7"}, 3),
    ("Sip.addCarrier", {"carrier": {"name": "one"}}, 3),
    ("Sip.updateCarrier", {"carrier": {"id": 1, "name": "two"}}, 5),
    ("Sip.getCarriers", LISTED, 2),
    ("Sip.addGateway", {"gateway": {"name": "g", "carrier_id": 1, "ip": "192.0.2.1"}}, 6),
    ("Sip.updateGateway", {"gateway": {"id": 1, "name": "h"}}, 8),
    ("Sip.getGateways", LISTED, 3),
    ("Sip.addGatewayRule", {"rule": {"gateway_id": 1, "prefix": "00"}}, 7),
    ("Sip.updateGatewayRule", {"rule": {"id": 1, "prefix": "0031"}}, 8),
    ("Sip.getGatewayRules", LISTED, 4),
    ("Sip.deleteGatewayRule", {"id": 1}, 3),
    ("Sip.addRoutes", {"routes": [{"carrier_id": 1}, {"carrier_id": 1, "prefix": "0031"}]}, 5),
    ("Sip.updateRoutes", {"routes": [{"id": 1, "carrier_id": 1, "prefix": "0032"}]}, 4),
    ("Sip.getRoutes", LISTED, 3),
    ("Sip.deleteRoutes", {"routes": [{"id": 1}, {"id": 2}]}, 5),
    ("Sip.deleteGateway", {"id": 1}, 5),
    ("Sip.deleteCarrier", {"id": 1}, 5),
    ("Customer.addAccount", {"account": {"username": "new", "password": "x"}}, 7),
    ("Customer.updateAccount", {"account": {"id": 6, "city": "Bern"}}, 6),
    ("Customer.getAccount", {"id": 6}, 3),
    ("Customer.getCustomers", LISTED, 4),
    ("Customer.getResellers", LISTED, 4),
    ("Customer.setProperties", {"customer": 6, "properties": [{"name": "sip_credit", "value": "5"}]}, 5),
    ("Customer.getProperties", {"customer": 6}, 2),
    ("Customer.deleteAccount", {"id": 6}, 18),
    ("Enum.addRange", {"range": {"id": RANGE, "minDigits": 11, "maxDigits": 11}}, 6),
    ("Enum.updateRange", {"range": {"id": RANGE, "info": "x"}}, 6),
    ("Enum.getRanges", LISTED, 2),
    ("Enum.addNumber", {"number": {"id": NUMBER, "mappings": [{"type": "sip", "mapto": "sip:a@b.example"}]}}, 11),
    ("Enum.updateNumber", {"number": {"id": NUMBER, "info": "y"}}, 8),
    ("Enum.getNumber", {"enumId": NUMBER}, 2),
    ("Enum.getNumbers", LISTED, 3),
    ("Enum.deleteNumber", {"enumId": NUMBER}, 6),
    ("Enum.deleteRange", {"range": RANGE}, 5),
]
ZONE = "zone.example"
HOST = {"zone": ZONE, "name": "www", "type": "A", "value": "192.0.2.1"}
FORWARD = {"zone": ZONE, "name": "info", "type": "MBOXFW", "value": "ada@example.com"}
DNS: list[Step] = [
    ("Dns.addZone", {"zone": {"name": ZONE}}, 4),
    ("Dns.updateZone", {"zone": {"name": ZONE, "info": "x"}}, 4),
    ("Dns.getZone", {"zone": ZONE}, 1),
    ("Dns.getZones", LISTED, 2),
    ("Dns.addRecord", {"record": HOST}, 6),
    ("Dns.updateRecord", {"record": {"id": 1, "ttl": 60}}, 7),
    ("Dns.getRecord", {"recordId": 1}, 1),
    ("Dns.getRecords", LISTED, 2),
    ("Dns.deleteRecord", {"recordId": 1}, 6),
    ("Dns.addFancyRecord", {"record": FORWARD}, 5),
    ("Dns.updateFancyRecord", {"record": {"id": 1, "value": "bob@example.com"}}, 6),
    ("Dns.getFancyRecord", {"recordId": 1}, 1),
    ("Dns.getFancyRecords", LISTED, 2),
    ("Dns.deleteFancyRecord", {"recordId": 1}, 5),
    ("Dns.deleteZone", {"zone": ZONE}, 7),
]


@pytest.fixture(autouse=True)
def no_folding(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of 64 calls that write also adds up changes of counts, at random."""
    monkeypatch.setattr(random, "random", lambda: 0.99)


@pytest.fixture
def platform(platform: Platform) -> Platform:
    platform.add_domain()
    return platform


def adding(username: str) -> dict[str, str]:
    """Return the call of a batch that adds an account."""
    operation = load_schema().operation("Sip", "addAccount")
    account = {"id": {"username": username, "domain": DOMAIN}, "password": "a-Secret-2026", "groups": ["quota"]}
    return {"call": encode_call(operation, {"account": account}, declarations(load_schema()))}


def run(platform: Platform, steps: list[Step]) -> Iterator[tuple[str, int, int]]:
    """Make the calls; yield the operation, the number of statements, and the most that it may be."""
    for operation, arguments, most in steps:
        # what a proxy has not written, and a voucher that was not made, are looked for all the same
        missing = MISSING.get(operation)
        expected = refused(missing) if missing else nullcontext()
        with counted(platform.server.engine, platform.server.proxy) as statements, expected:
            platform.call(*operation.split("."), **arguments)
        yield operation, len(statements), most


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("steps", [SIP, REST, DNS], ids=["SIP", "the rest", "DNS"])
def test_an_operation_runs_no_more_statements_than_it_may(platform: Platform, steps: list[Step]) -> None:
    exceeded = [(name, number, most) for name, number, most in run(platform, steps) if number > most]
    assert exceeded == []


def test_every_operation_of_the_contract_has_a_bound() -> None:
    known = {f"{operation.port}.{operation.name}" for operation in load_schema().operations.values()}
    assert {name for name, _arguments, _most in [*SIP, *REST, *DNS]} == {
        n for n in known if not n.startswith(("Batch.", "Platform."))
    }


def test_an_account_is_added_with_few_statements_by_callers_of_every_level(platform: Platform) -> None:
    platform.grant(platform.customer, pstn_changes=1, sms_access=1)
    platform.grant(platform.reseller, pstn_changes=1, sms_access=1)
    for username, auth in (("a", None), ("b", platform.reseller.auth), ("c", platform.customer.auth)):
        own = {"id": {"username": username, "domain": DOMAIN}}
        if username == "c":
            own["acl"] = []  # which only the reseller may choose
        with counted(platform.server.engine) as statements:
            platform.call("Sip", "addAccount", auth, account=PERSON | own)
        # PostgreSQL inserts the account with its parts in one statement, MariaDB needs two for the lock of an address
        most = {"sqlite": 10, "postgresql": 8}.get(platform.server.engine.dialect.name, 11)
        assert len(statements) <= most, statements


def test_an_account_that_a_batch_adds_needs_no_statement_of_its_own_on_postgresql_and_two_elsewhere(
    platform: Platform,
) -> None:
    numbers = []
    for names in ("ab", "cdefghijkl"):
        with counted(platform.server.engine) as statements:
            results = platform.call("Batch", "run", calls=[adding(name) for name in names])
        assert not any(result.get("errorcode") for result in results)
        numbers.append(len(statements))
    # the login, the domain, locks, aliases and counts are read and written once for the batch
    each = (numbers[1] - numbers[0]) / 8
    # on the others, the account and its groups
    assert each <= (0 if platform.server.engine.dialect.name == "postgresql" else 2), statements
