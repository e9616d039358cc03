"""Writes whose answer is lost: each is read back and found done, not done or in doubt, and none is repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
import requests
from urllib3.exceptions import ProtocolError

from ngnpro_wire.schema import load_schema
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro import records as r
from portal.ngnpro.codec import from_wire
from portal.ngnpro.lost import LostAnswerVerdict, after_add, after_set, after_update
from tests.support.scripted import ENGINE, Refused, Scripted
from tests.support.wsgi import WsgiAdapter

ALICE = r.SipId(username="alice", domain="example.com")
ID = {"username": "alice", "domain": "example.com"}
RANGE_ID = {"prefix": "3120", "tld": "e164.arpa"}
MAPPING = {"id": 1, "type": "sip", "mapto": "sip:a@b.c", "priority": 5, "ttl": 3600}
NUMBER_ID = {"number": "31201234567", "tld": "e164.arpa"}


class Losing(WsgiAdapter):
    """Loses the answer to every write: the server does the work, and the client sees a broken connection."""

    def __init__(self, server: Scripted, error: Exception) -> None:
        super().__init__(server)
        self.server, self.error = server, error

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        response = super().send(request, **options)
        if not self.server.last.operation.name.startswith("get"):
            raise self.error
        return response


BROKEN = requests.ConnectionError(ProtocolError("Connection aborted."))


def losing(error: Exception = BROKEN, **answers: Any) -> tuple[Scripted, Ngnpro]:
    server, session = Scripted(answers=answers), requests.Session()
    session.mount("http://", Losing(server, error))
    return server, Ngnpro(ENGINE, session=session, pauses=(0.0, 0.0))


class Case(NamedTuple):
    """A write, the call that reads it back, and the answer to that call when the write was done and when it was not."""

    write: Callable[[Ngnpro], Any]
    reading: str
    done: Any
    not_done: Any


ROUTE = {"id": 3, "prefix": "0031", "carrier_id": 4, "priority": 1}
ACCOUNT = {"id": ID, "firstName": "Alice", "groups": ["a"]}
RULES = r.AcceptRules(persistent=(), temporary=r.TemporaryAcceptRule(groups=("vip",), duration=30))
RULES_WIRE = {"persistent": [], "temporary": {"groups": ["vip"], "duration": 30}}
NO_RULES = {"persistent": [], "temporary": {"groups": [], "duration": 0}}


DNS_RECORD = {"name": "www", "zone": "example.com", "type": "A", "value": "192.0.2.1"}
REDIRECT = {"name": "www", "zone": "example.com", "type": "URL", "value": "https://example.org/"}


def listed(member: str, *rows: dict[str, Any]) -> dict[str, Any]:
    return {"total": len(rows), member: list(rows)}


def fetched(record: type[Any], wire: dict[str, Any], **changes: Any) -> Any:
    """Make a record as NGNPro returns it, and apply changes."""
    return replace(from_wire(record, wire), **changes)


CASES = {
    "addDomain": Case(
        lambda n: n.sip.add_domain(r.SipDomain(domain="Example.com", customer=3)),
        "getDomains",
        listed("domains", {"domain": "example.com", "customer": 3}),
        listed("domains"),
    ),
    "updateDomain": Case(
        lambda n: n.sip.update_domain(fetched(r.SipDomain, {"domain": "a.example", "customer": 3}, customer=4)),
        "getDomains",
        listed("domains", {"domain": "a.example", "customer": 4}),
        listed("domains", {"domain": "a.example", "customer": 3}),
    ),
    "deleteDomain": Case(
        lambda n: n.sip.delete_domain("a.example"),
        "getDomains",
        listed("domains"),
        listed("domains", {"domain": "a.example"}),
    ),
    "addAccount": Case(
        lambda n: n.sip.add_account(r.SipAccount(id=ALICE, first_name="Alice", groups=("a",))),
        "getAccount",
        ACCOUNT | {"owner": 9},
        Refused(1010),
    ),
    "updateAccount": Case(
        lambda n: n.sip.update_account(fetched(r.SipAccount, ACCOUNT, groups=("b", "a"))),
        "getAccount",
        ACCOUNT | {"groups": ["a", "b"]},
        ACCOUNT,
    ),
    "deleteAccount": Case(lambda n: n.sip.delete_account(ALICE), "getAccount", Refused(1010), ACCOUNT),
    "addToGroup": Case(lambda n: n.sip.add_to_group(ALICE, "vip"), "getGroups", ["vip"], ["other"]),
    "removeFromGroup": Case(lambda n: n.sip.remove_from_group(ALICE, "vip"), "getGroups", [], ["vip"]),
    "addAlias": Case(
        lambda n: n.sip.add_alias(r.SipAlias(id=ALICE, target=ALICE)),
        "getAlias",
        {"id": ID, "target": ID},
        Refused(1020),
    ),
    "updateAlias": Case(
        lambda n: n.sip.update_alias(fetched(r.SipAlias, {"id": ID, "target": ID, "owner": 1}, owner=2)),
        "getAlias",
        {"id": ID, "target": ID, "owner": 2},
        {"id": ID, "target": ID, "owner": 1},
    ),
    "deleteAlias": Case(lambda n: n.sip.delete_alias(ALICE), "getAlias", Refused(1020), {"id": ID, "target": ID}),
    "addTrustedPeer": Case(
        lambda n: n.sip.add_trusted_peer(r.TrustedPeer(ip="192.0.2.1")),
        "getTrustedPeers",
        listed("peers", {"ip": "192.0.2.1", "enumLookup": True}),
        listed("peers"),
    ),
    "updateTrustedPeer": Case(
        lambda n: n.sip.update_trusted_peer(fetched(r.TrustedPeer, {"ip": "192.0.2.1", "tags": "a"}, tags="")),
        "getTrustedPeers",
        listed("peers", {"ip": "192.0.2.1", "tags": ""}),
        listed("peers", {"ip": "192.0.2.1", "tags": "a"}),
    ),
    "deleteTrustedPeer": Case(
        lambda n: n.sip.delete_trusted_peer("192.0.2.1"),
        "getTrustedPeers",
        listed("peers"),
        listed("peers", {"ip": "192.0.2.1"}),
    ),
    "addCarrier": Case(
        lambda n: n.sip.add_carrier(r.Carrier(name="Blue")),
        "getCarriers",
        listed("carriers", {"id": 7, "name": "Blue"}),
        listed("carriers", {"id": 8, "name": "Bluebell"}),
    ),
    "updateCarrier": Case(
        lambda n: n.sip.update_carrier(fetched(r.Carrier, {"id": 7, "name": "Blue"}, name="Red")),
        "getCarriers",
        listed("carriers", {"id": 7, "name": "Red"}),
        listed("carriers", {"id": 7, "name": "Blue"}),
    ),
    "deleteCarrier": Case(
        lambda n: n.sip.delete_carrier(7), "getCarriers", listed("carriers"), listed("carriers", {"id": 7})
    ),
    "addVoucherBatch": Case(
        lambda n: n.watch.add_voucher_batch(r.VoucherBatch(name="spring", value=5.0, count=3)),
        "getVoucherBatches",
        listed("batches", {"id": 7, "name": "spring", "value": 5.0, "count": 3, "digits": 14}),
        listed("batches", {"id": 8, "name": "springtime", "value": 5.0, "count": 3}),
    ),
    "blockVoucherBatch": Case(
        lambda n: n.watch.block_voucher_batch(7, blocked=True),
        "getVoucherBatches",
        listed("batches", {"id": 7, "name": "spring", "blocked": True}),
        listed("batches", {"id": 7, "name": "spring", "blocked": False}),
    ),
    "addGateway": Case(
        lambda n: n.sip.add_gateway(r.Gateway(name="g", carrier_id=7, ip="192.0.2.1")),
        "getGateways",
        listed(
            "gateways", {"id": 5, "name": "g", "carrier_id": 7, "ip": "192.0.2.1", "port": 5060, "transport": "udp"}
        ),
        listed("gateways"),
    ),
    "updateGateway": Case(
        lambda n: n.sip.update_gateway(fetched(r.Gateway, {"id": 5, "port": 5060}, port=5080)),
        "getGateways",
        listed("gateways", {"id": 5, "port": 5080}),
        listed("gateways", {"id": 5, "port": 5060}),
    ),
    "deleteGateway": Case(
        lambda n: n.sip.delete_gateway(5), "getGateways", listed("gateways"), listed("gateways", {"id": 5})
    ),
    "addGatewayRule": Case(
        lambda n: n.sip.add_gateway_rule(r.GatewayRule(gateway_id=5, prefix="0031", strip=2)),
        "getGatewayRules",
        listed("gateway_rules", {"id": 1, "gateway_id": 5}, {"id": 2, "gateway_id": 5, "prefix": "0031", "strip": 2}),
        listed("gateway_rules", {"id": 1, "gateway_id": 5, "prefix": "0031"}),
    ),
    "updateGatewayRule": Case(
        lambda n: n.sip.update_gateway_rule(fetched(r.GatewayRule, {"id": 2, "strip": 2}, strip=0)),
        "getGatewayRules",
        listed("gateway_rules", {"id": 2, "strip": 0}),
        listed("gateway_rules", {"id": 2, "strip": 2}),
    ),
    "deleteGatewayRule": Case(
        lambda n: n.sip.delete_gateway_rule(2),
        "getGatewayRules",
        listed("gateway_rules"),
        listed("gateway_rules", {"id": 2}),
    ),
    "addRoutes": Case(
        lambda n: n.sip.add_routes([r.Route(prefix="0031", carrier_id=4, priority=1)]),
        "getRoutes",
        listed("routes", ROUTE),
        listed("routes"),
    ),
    "updateRoutes": Case(
        lambda n: n.sip.update_routes([fetched(r.Route, ROUTE, priority=2)]),
        "getRoutes",
        listed("routes", ROUTE | {"priority": 2}),
        listed("routes", ROUTE),
    ),
    "deleteRoutes": Case(lambda n: n.sip.delete_routes([3]), "getRoutes", listed("routes"), listed("routes", ROUTE)),
    "addPhonebookEntry": Case(
        lambda n: n.sip.add_phonebook_entry(ALICE, r.PhonebookEntry(uri="sip:bob@example.com", name="Bob")),
        "getPhonebookEntries",
        {"entries": [{"uri": "sip:bob@example.com", "name": "Bob"}]},
        {"entries": []},
    ),
    "updatePhonebookEntry": Case(
        lambda n: n.sip.update_phonebook_entry(ALICE, fetched(r.PhonebookEntry, {"uri": "u", "name": "B"}, name="C")),
        "getPhonebookEntries",
        {"entries": [{"uri": "u", "name": "C"}]},
        {"entries": [{"uri": "u", "name": "B"}]},
    ),
    "deletePhonebookEntry": Case(
        lambda n: n.sip.delete_phonebook_entry(ALICE, "u"),
        "getPhonebookEntries",
        {"entries": []},
        {"entries": [{"uri": "u"}]},
    ),
    "setCallDiversions": Case(
        lambda n: n.sip.set_call_diversions(ALICE, r.CallDiversions(fbus="sip:b@c.d")),
        "getCallDiversions",
        {"FBUS": "sip:b@c.d"},
        {"FBUS": "sip:b@c.d", "FUNC": "<voice-mailbox>"},
    ),
    "setAcceptRules": Case(
        lambda n: n.sip.set_accept_rules(ALICE, RULES), "getAcceptRules", {"rules": RULES_WIRE}, {"rules": NO_RULES}
    ),
    "setRejectMembers": Case(
        lambda n: n.sip.set_reject_members(ALICE, ["sip:X@y.z"]), "getRejectMembers", ["sip:x@y.z"], ["sip:q@y.z"]
    ),
    "setBarringPrefixes": Case(
        lambda n: n.sip.set_barring_prefixes(ALICE, ["+31900", "+32"]), "getBarringPrefixes", ["+32", "+31900"], ["+32"]
    ),
    "Customer.addAccount": Case(
        lambda n: n.customers.add_account(r.CustomerAccount(username="acme", password="s3cret")),
        "getCustomers",
        listed("accounts", {"id": 9, "username": "acme", "password": "s3cret"}),
        listed("accounts"),
    ),
    "Customer.updateAccount": Case(
        lambda n: n.customers.update_account(fetched(r.CustomerAccount, {"id": 9, "password": "old"}, password="new")),
        "getAccount",
        {"id": 9, "password": "new"},
        {"id": 9, "password": "old"},
    ),
    "Customer.deleteAccount": Case(
        lambda n: n.customers.delete_account(9), "getAccount", Refused(5000), {"id": 9, "username": "acme"}
    ),
    "setProperties": Case(
        lambda n: n.customers.set_properties(9, [r.CustomerProperty(name="a", value="1")]),
        "getProperties",
        [{"name": "a", "value": "1", "permission": "admin"}, {"name": "b", "value": "2"}],
        [{"name": "b", "value": "2"}],
    ),
    "setEntityProfiles": Case(
        lambda n: n.rating.set_entity_profiles(r.RatingEntityProfiles(entity="customer://9", profile_weekday="day")),
        "getEntityProfiles",
        {"entity": "customer://9", "profileWeekday": "day"},
        {"entity": "customer://9", "profileWeekday": "old"},
    ),
    "deleteEntityProfiles": Case(
        lambda n: n.rating.delete_entity_profiles("customer://9"),
        "getEntityProfiles",
        Refused(1010),
        {"entity": "customer://9", "profileWeekday": "day"},
    ),
    "addRange": Case(
        lambda n: n.enum.add_range(r.EnumRange(id=r.EnumRangeId(prefix="3120"), info="Amsterdam")),
        "getRanges",
        listed("ranges", {"id": {"prefix": "3120", "tld": "e164.arpa"}, "ttl": 3600, "info": "Amsterdam"}),
        listed("ranges"),
    ),
    "updateRange": Case(
        lambda n: n.enum.update_range(fetched(r.EnumRange, {"id": RANGE_ID, "ttl": 60}, ttl=600)),
        "getRanges",
        listed("ranges", {"id": RANGE_ID, "ttl": 600}),
        listed("ranges", {"id": RANGE_ID, "ttl": 60}),
    ),
    "deleteRange": Case(
        lambda n: n.enum.delete_range(r.EnumRangeId(prefix="3120")),
        "getRanges",
        listed("ranges", {"id": {"prefix": "31201", "tld": "e164.arpa"}}),
        listed("ranges", {"id": {"prefix": "3120", "tld": "e164.arpa"}}),
    ),
    "addNumber": Case(
        lambda n: n.enum.add_number(
            r.EnumNumber(id=r.EnumId(number="31201234567"), mappings=(r.EnumMapping(mapto="sip:a@b.c"),))
        ),
        "getNumber",
        {"id": NUMBER_ID, "mappings": [MAPPING]},
        Refused(3002),
    ),
    "updateNumber": Case(
        lambda n: n.enum.update_number(fetched(r.EnumNumber, {"id": NUMBER_ID, "mappings": [MAPPING]}, mappings=())),
        "getNumber",
        {"id": NUMBER_ID, "mappings": []},
        {"id": NUMBER_ID, "mappings": [MAPPING]},
    ),
    "deleteNumber": Case(
        lambda n: n.enum.delete_number(r.EnumId(number="31201234567")), "getNumber", Refused(3002), {"id": NUMBER_ID}
    ),
    "addZone": Case(
        lambda n: n.dns.add_zone(r.DnsZone(name="example.com", info="Shop")),
        "getZone",
        {"name": "example.com", "ttl": 3600, "info": "Shop"},
        Refused(7000),
    ),
    "updateZone": Case(
        lambda n: n.dns.update_zone(fetched(r.DnsZone, {"name": "example.com", "ttl": 60}, ttl=600)),
        "getZone",
        {"name": "example.com", "ttl": 600},
        {"name": "example.com", "ttl": 60},
    ),
    "deleteZone": Case(
        lambda n: n.dns.delete_zone("example.com"), "getZone", Refused(7000), {"name": "example.com", "ttl": 60}
    ),
    "addRecord": Case(
        lambda n: n.dns.add_record(r.DnsRecord(**DNS_RECORD)),
        "getRecords",
        listed("records", {"id": 4, **DNS_RECORD, "ttl": 3600}),
        listed("records", {"id": 5, **DNS_RECORD, "ttl": 3600, "name": "ftp"}),
    ),
    "updateRecord": Case(
        lambda n: n.dns.update_record(fetched(r.DnsRecord, {"id": 4, **DNS_RECORD}, value="192.0.2.2")),
        "getRecord",
        {"id": 4, **DNS_RECORD, "value": "192.0.2.2"},
        {"id": 4, **DNS_RECORD},
    ),
    "deleteRecord": Case(lambda n: n.dns.delete_record(4), "getRecord", Refused(7002), {"id": 4, **DNS_RECORD}),
    "addFancyRecord": Case(
        lambda n: n.dns.add_fancy_record(r.DnsFancyRecord(**REDIRECT)),
        "getFancyRecords",
        listed("records", {"id": 4, **REDIRECT, "ttl": 3600}),
        listed("records"),
    ),
    "updateFancyRecord": Case(
        lambda n: n.dns.update_fancy_record(fetched(r.DnsFancyRecord, {"id": 4, **REDIRECT}, name="ftp")),
        "getFancyRecord",
        {"id": 4, **REDIRECT, "name": "ftp"},
        {"id": 4, **REDIRECT},
    ),
    "deleteFancyRecord": Case(
        lambda n: n.dns.delete_fancy_record(4), "getFancyRecord", Refused(7002), {"id": 4, **REDIRECT}
    ),
    "Voicemail.addAccount": Case(
        lambda n: n.voicemail.add_account(r.VoicemailAccount(sip_id=ALICE, email="a@b.c")),
        "getAccount",
        {"sipId": ID, "email": "a@b.c", "mailbox": "1001", "options": {"delete": 1}},
        Refused(2000),
    ),
    "Voicemail.updateAccount": Case(
        lambda n: n.voicemail.update_account(fetched(r.VoicemailAccount, {"sipId": ID, "name": "A"}, name="B")),
        "getAccount",
        {"sipId": ID, "name": "B"},
        {"sipId": ID, "name": "A"},
    ),
    "Voicemail.deleteAccount": Case(
        lambda n: n.voicemail.delete_account(ALICE), "getAccount", Refused(2000), {"sipId": ID, "mailbox": "1001"}
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_write_that_was_done_is_found_done(case: Case) -> None:
    server, client = losing(**{case.reading: case.done})

    case.write(client)

    writes = [call for call in server.calls if not call.operation.name.startswith("get")]
    assert len(writes) == 1
    assert server.last.operation.name == case.reading


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_write_that_was_not_done_is_found_not_done(case: Case) -> None:
    server, client = losing(**{case.reading: case.not_done})

    with pytest.raises(errors.ConnectionFailed) as caught:
        case.write(client)

    assert caught.value.nothing_changed
    assert len([call for call in server.calls if not call.operation.name.startswith("get")]) == 1


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_after_a_time_out_it_may_still_be_done(case: Case) -> None:
    _, client = losing(requests.ReadTimeout("too late"), **{case.reading: case.not_done})

    with pytest.raises(errors.Uncertain) as caught:
        case.write(client)

    assert not caught.value.nothing_changed


BLIND = {
    "addBalance": lambda n: n.sip.add_balance(ALICE, 5.0),
    "addBalanceFromVoucher": lambda n: n.sip.add_balance_from_voucher(ALICE, r.PrepaidCard(id=1, number="12345678901")),
    "setPresenceInformation": lambda n: n.presence.set_presence_information(ALICE, r.PresenceInformation()),
    "deletePresenceInformation": lambda n: n.presence.delete_presence_information(ALICE),
    "setPolicy": lambda n: n.presence.set_policy(ALICE, r.PresencePolicy()),
    "setAnnouncement": lambda n: n.voicemail.set_announcement(ALICE, b"RIFF"),
    "loadProxies": lambda n: n.platform.load_proxies("routing"),
    "dropRegistrations": lambda n: n.platform.drop_registrations(ALICE),
    "closeAlarm": lambda n: n.watch.close_alarm(7),
    "exportVoucherBatch": lambda n: n.watch.export_voucher_batch(7),
    "confirmAlarms": lambda n: n.watch.confirm_alarms(7),
    "addAccount": lambda n: n.sip.add_account(
        r.SipAccount(id=r.SipId(username=r.AUTOINCREMENT, domain="example.com"), password="s3cret")
    ),
}


def test_every_write_is_among_the_cases() -> None:
    operations = {f"{operation.port}.{operation.name}" for operation in load_schema().operations.values()}
    writes = {name for name in operations if not name.partition(".")[2].startswith("get")}
    cases = {*CASES, *BLIND, "run"}  # the calls of a batch are judged one by one, tested in test_batch.py

    assert {name for name in writes if name not in cases and name.partition(".")[2] not in cases} == set()


@pytest.mark.parametrize("write", BLIND.values(), ids=BLIND)
def test_a_write_that_cannot_be_read_back_is_uncertain(write: Callable[[Ngnpro], Any]) -> None:
    server, client = losing()

    with pytest.raises(errors.Uncertain, match="read the record before you repeat it"):
        write(client)

    assert sum(not call.operation.name.startswith("get") for call in server.calls) == 1


def test_another_clients_record_under_the_same_key_is_uncertain() -> None:
    _, client = losing(getAccount={"id": ID, "firstName": "Alix"})

    with pytest.raises(errors.Uncertain):
        client.sip.add_account(r.SipAccount(id=ALICE, first_name="Alice"))


def test_a_partly_stored_list_of_routes_is_uncertain() -> None:
    _, client = losing(getRoutes=listed("routes", ROUTE))

    with pytest.raises(errors.Uncertain):
        client.sip.add_routes([r.Route(prefix="0031", carrier_id=4), r.Route(prefix="0032", carrier_id=4)])


def test_a_write_that_may_not_be_read_back_is_uncertain() -> None:
    _, client = losing(getDomains=Refused(9002))

    with pytest.raises(errors.Uncertain):
        client.sip.add_domain(r.SipDomain(domain="a.example"))


def test_a_refusal_is_not_a_lost_answer() -> None:
    server = Scripted(answers={"addDomain": Refused(1001)})

    with pytest.raises(errors.AlreadyExists):
        server.client().sip.add_domain(r.SipDomain(domain="a.example"))

    assert len(server.calls) == 1


def test_a_secret_that_ngnpro_does_not_show_is_uncertain() -> None:
    before = fetched(r.VoicemailAccount, {"sipId": ID, "name": "Alice"}, password="1234")

    assert (
        after_update(before, fetched(r.VoicemailAccount, {"sipId": ID, "name": "Alice"})) is LostAnswerVerdict.UNKNOWN
    )


def test_a_record_that_vanished_is_uncertain() -> None:
    assert after_update(fetched(r.SipDomain, {"domain": "a.example"}, customer=3), None) is LostAnswerVerdict.UNKNOWN


def test_additions_of_a_server_are_not_differences() -> None:
    sent = r.SipDomain(domain="A.example", customer=3)

    assert (
        after_add(sent, r.SipDomain(domain="a.example", customer=3, reseller=1, change_date="now"))
        is LostAnswerVerdict.DONE
    )


def test_a_list_that_was_emptied_is_a_change() -> None:
    assert after_set((), ()) is LostAnswerVerdict.DONE
    assert after_set((), ("sip:x@y.z",)) is LostAnswerVerdict.NOT_DONE
