"""Every port method: what is sent, and what the answer is converted to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from portal.ngnpro import Ngnpro, OrderBy, Pattern, Query, Range, RecordPage
from portal.ngnpro import records as r
from tests.support.scripted import Scripted

ALICE = r.SipId(username="alice", domain="example.com")
ALICE_WIRE = {"username": "alice", "domain": "example.com"}
NUMBER = r.EnumId(number="31201234567")
NUMBER_WIRE = {"number": "31201234567", "tld": "e164.arpa"}


class Case(NamedTuple):
    """A call, its operation and arguments on the wire, the server's answer, and the caller's result."""

    call: Callable[[Ngnpro], Any]
    operation: str
    sent: dict[str, Any]
    answer: Any
    got: Any


CASES = {
    "a domain is added": Case(
        lambda n: n.sip.add_domain(r.SipDomain(domain="example.com", customer=7)),
        "addDomain",
        {"domain": {"domain": "example.com", "customer": 7, "reseller": 0}},
        {"domain": "example.com", "customer": 7, "reseller": 1, "changeDate": "2026-01-02 03:04:05"},
        r.SipDomain(domain="example.com", customer=7, reseller=1, change_date="2026-01-02 03:04:05"),
    ),
    "a domain is deleted": Case(
        lambda n: n.sip.delete_domain("example.com"), "deleteDomain", {"domain": "example.com"}, None, None
    ),
    "domains are listed": Case(
        lambda n: n.sip.get_domains(
            Query(
                filter=r.SipDomainFilter(domain=Pattern("ex%")), order_by=OrderBy("domain", "DESC"), range=Range(0, 2)
            )
        ),
        "getDomains",
        {
            "query": {
                "filter": {"domain": "ex%"},
                "orderBy": {"attribute": "domain", "direction": "DESC"},
                "range": {"start": 0, "count": 2},
            }
        },
        {"total": 9, "domains": [{"domain": "example.com"}, {"domain": "example.net"}]},
        RecordPage(9, (r.SipDomain(domain="example.com"), r.SipDomain(domain="example.net"))),
    ),
    "an account is added": Case(
        lambda n: n.sip.add_account(
            r.SipAccount(
                id=ALICE,
                first_name="Alice",
                password="secret",
                groups=("free-pstn",),
                acl=(r.AclEntry(ip="192.0.2.0", mask=24),),
            )
        ),
        "addAccount",
        {
            "account": {
                "id": ALICE_WIRE,
                "firstName": "Alice",
                "lastName": "",
                "password": "secret",
                "timezone": "",
                "email": "",
                "prepaid": 0,
                "timeout": 35,
                "groups": ["free-pstn"],
                "acl": [{"ip": "192.0.2.0", "mask": 24}],
            }
        },
        {"id": ALICE_WIRE, "firstName": "Alice", "groups": ["free-pstn"], "prepaid": 0},
        r.SipAccount(id=ALICE, first_name="Alice", groups=("free-pstn",)),
    ),
    "an account is deleted": Case(
        lambda n: n.sip.delete_account(ALICE), "deleteAccount", {"sipId": ALICE_WIRE}, None, None
    ),
    "accounts are listed": Case(
        lambda n: n.sip.get_accounts(Query(filter=r.SipFilter(first_name=Pattern("Al%"), owner=3, groups=("quota",)))),
        "getAccounts",
        {"query": {"filter": {"firstName": "Al%", "owner": 3, "groups": ["quota"]}}},
        {"total": 1, "accounts": [{"id": ALICE_WIRE, "acl": [{"ip": "192.0.2.0", "mask": 24, "tag": "home"}]}]},
        RecordPage(1, (r.SipAccount(id=ALICE, acl=(r.AclEntry(ip="192.0.2.0", mask=24, tag="home"),)),)),
    ),
    "a group is given": Case(
        lambda n: n.sip.add_to_group(ALICE, "vip"), "addToGroup", {"sipId": ALICE_WIRE, "group": "vip"}, None, None
    ),
    "a group is taken": Case(
        lambda n: n.sip.remove_from_group(ALICE, "vip"),
        "removeFromGroup",
        {"sipId": ALICE_WIRE, "group": "vip"},
        None,
        None,
    ),
    "groups are named": Case(
        lambda n: n.sip.get_groups(ALICE), "getGroups", {"sipId": ALICE_WIRE}, ["a", "b"], ("a", "b")
    ),
    "an alias is added": Case(
        lambda n: n.sip.add_alias(r.SipAlias(id=r.SipId(username="info", domain="example.com"), target=ALICE)),
        "addAlias",
        {"alias": {"id": {"username": "info", "domain": "example.com"}, "target": ALICE_WIRE}},
        None,
        r.SipAlias(id=r.SipId(username="info", domain="example.com"), target=ALICE),
    ),
    "an alias is deleted": Case(lambda n: n.sip.delete_alias(ALICE), "deleteAlias", {"id": ALICE_WIRE}, None, None),
    "aliases are listed": Case(
        lambda n: n.sip.get_aliases(Query(filter=r.AliasFilter(target_username="alice"))),
        "getAliases",
        {"query": {"filter": {"targetUsername": "alice"}}},
        {"total": 1, "aliases": [{"id": ALICE_WIRE, "target": ALICE_WIRE, "owner": 2}]},
        RecordPage(1, (r.SipAlias(id=ALICE, target=ALICE, owner=2),)),
    ),
    "a trusted peer is added": Case(
        lambda n: n.sip.add_trusted_peer(r.TrustedPeer(ip="192.0.2.9", strip=2)),
        "addTrustedPeer",
        {
            "peer": {
                "ip": "192.0.2.9",
                "description": "",
                "callLimit": 0,
                "msteams": False,
                "strip": 2,
                "enumLookup": True,
                "transit": False,
            }
        },
        {"ip": "192.0.2.9", "strip": 2, "enumLookup": False},
        r.TrustedPeer(ip="192.0.2.9", strip=2, enum_lookup=False),
    ),
    "trusted peers are listed, those of Microsoft Teams apart": Case(
        lambda n: n.sip.get_trusted_peers(Query(filter=r.TrustedPeerFilter(tags=Pattern("%a%"), blocked=0))),
        "getTrustedPeers",
        {"query": {"filter": {"tags": "%a%", "msteams": False, "blocked": 0}}},
        {"total": 0, "peers": []},
        RecordPage(0),
    ),
    "a trusted peer is deleted": Case(
        lambda n: n.sip.delete_trusted_peer("192.0.2.9"), "deleteTrustedPeer", {"ip": "192.0.2.9"}, None, None
    ),
    "a carrier is added": Case(
        lambda n: n.sip.add_carrier(r.Carrier(name="Blue", reseller=4)),
        "addCarrier",
        {"carrier": {"name": "Blue", "reseller": 4}},
        {"id": 12, "name": "Blue", "reseller": 4},
        r.Carrier(id=12, name="Blue", reseller=4),
    ),
    "a gateway is added": Case(
        lambda n: n.sip.add_gateway(r.Gateway(name="gw1", carrier_id=12, ip="192.0.2.5")),
        "addGateway",
        {"gateway": {"name": "gw1", "carrier_id": 12, "ip": "192.0.2.5", "port": 5060, "transport": "udp"}},
        {"id": 3, "name": "gw1", "carrier_id": 12, "ip": "192.0.2.5", "carrier": "Blue"},
        r.Gateway(id=3, name="gw1", carrier_id=12, ip="192.0.2.5", carrier="Blue"),
    ),
    "a gateway rule is added": Case(
        lambda n: n.sip.add_gateway_rule(r.GatewayRule(gateway_id=3, prefix="0031", strip=4, prepend="0")),
        "addGatewayRule",
        {"rule": {"gateway_id": 3, "prefix": "0031", "strip": 4, "prepend": "0"}},
        {"id": 8, "gateway_id": 3, "prefix": "0031", "strip": 4, "prepend": "0", "minLength": 9},
        r.GatewayRule(id=8, gateway_id=3, prefix="0031", strip=4, prepend="0", min_length=9),
    ),
    "gateway rules are listed": Case(
        lambda n: n.sip.get_gateway_rules(Query(filter=r.GatewayRuleFilter(gateway_id=3))),
        "getGatewayRules",
        {"query": {"filter": {"gateway_id": 3}}},
        {"total": 1, "gateway_rules": [{"id": 8, "gateway_id": 3}]},
        RecordPage(1, (r.GatewayRule(id=8, gateway_id=3),)),
    ),
    "routes are added together": Case(
        lambda n: n.sip.add_routes([r.Route(prefix="0031", carrier_id=12), r.Route(carrier_id=13, priority=1)]),
        "addRoutes",
        {"routes": [{"prefix": "0031", "carrier_id": 12}, {"carrier_id": 13, "priority": 1}]},
        None,
        None,
    ),
    "routes are deleted by id alone": Case(
        lambda n: n.sip.delete_routes([5, 2]), "deleteRoutes", {"routes": [{"id": 2}, {"id": 5}]}, None, None
    ),
    "balance is added": Case(
        lambda n: n.sip.add_balance(ALICE, -2.5, "correction"),
        "addBalance",
        {"sipId": ALICE_WIRE, "value": -2.5, "description": "correction"},
        {"old_balance": 10.0, "new_balance": 7.5},
        r.BalanceChange(old_balance=10.0, new_balance=7.5),
    ),
    "a voucher is redeemed": Case(
        lambda n: n.sip.add_balance_from_voucher(ALICE, r.PrepaidCard(id=4, number="12345678901")),
        "addBalanceFromVoucher",
        {"sipId": ALICE_WIRE, "card": {"id": 4, "number": "12345678901"}},
        {"old_balance": 0, "new_balance": 10},
        r.BalanceChange(old_balance=0.0, new_balance=10.0),
    ),
    "balances are fetched": Case(
        lambda n: n.sip.get_prepaid_status([ALICE]),
        "getPrepaidStatus",
        {"sipIds": [ALICE_WIRE]},
        [{"balance": 7.5}],
        (r.PrepaidStatus(balance=7.5),),
    ),
    "movements are fetched": Case(
        lambda n: n.sip.get_credit_history(ALICE, 5),
        "getCreditHistory",
        {"sipId": ALICE_WIRE, "count": 5},
        {"entries": [{"date": "2026-01-01 10:00:00", "value": -1.5}]},
        r.CreditHistory(entries=(r.CreditHistoryEntry(date="2026-01-01 10:00:00", value=-1.5),)),
    ),
    "a phonebook entry is added": Case(
        lambda n: n.sip.add_phonebook_entry(ALICE, r.PhonebookEntry(uri="sip:bob@example.com", group="friends")),
        "addPhonebookEntry",
        {"sipId": ALICE_WIRE, "entry": {"uri": "sip:bob@example.com", "name": "", "group": "friends"}},
        {"uri": "sip:bob@example.com", "group": "friends"},
        r.PhonebookEntry(uri="sip:bob@example.com", group="friends"),
    ),
    "the phonebook is listed": Case(
        lambda n: n.sip.get_phonebook_entries(ALICE, r.PhonebookMatch(group=""), Range(10, 5)),
        "getPhonebookEntries",
        {"sipId": ALICE_WIRE, "match": {"group": ""}, "range": {"start": 10, "count": 5}},
        {"entries": [{"uri": "a"}], "total": 11},
        r.PhonebookEntries(entries=(r.PhonebookEntry(uri="a"),), total=11),
    ),
    "the phonebook is listed whole": Case(
        lambda n: n.sip.get_phonebook_entries(ALICE),
        "getPhonebookEntries",
        {"sipId": ALICE_WIRE, "match": {}, "range": {}},
        {"entries": []},
        r.PhonebookEntries(),
    ),
    "diversions are replaced": Case(
        lambda n: n.sip.set_call_diversions(ALICE, r.CallDiversions(fbus="<voice-mailbox>", funv="sip:b@c.d")),
        "setCallDiversions",
        {"sipId": ALICE_WIRE, "diversions": {"FBUS": "<voice-mailbox>", "FUNV": "sip:b@c.d"}},
        None,
        None,
    ),
    "the last diversion is removed": Case(
        lambda n: n.sip.set_call_diversions(ALICE, r.CallDiversions()),
        "setCallDiversions",
        {"sipId": ALICE_WIRE, "diversions": {"nocondition": "empty"}},
        None,
        None,
    ),
    "diversions are fetched": Case(
        lambda n: n.sip.get_call_diversions(ALICE),
        "getCallDiversions",
        {"sipId": ALICE_WIRE},
        {"FNOA": "sip:b@c.d"},
        r.CallDiversions(fnoa="sip:b@c.d"),
    ),
    "accept rules are replaced": Case(
        lambda n: n.sip.set_accept_rules(
            ALICE,
            r.AcceptRules(
                persistent=(r.PersistentAcceptRule(days=31, start="09:00", stop="17:30", groups=("vip",)),),
                temporary=r.TemporaryAcceptRule(),
            ),
        ),
        "setAcceptRules",
        {
            "sipId": ALICE_WIRE,
            "rules": {
                "persistent": [{"days": 31, "start": "09:00", "stop": "17:30", "groups": ["vip"]}],
                "temporary": {"groups": [], "duration": 0},
            },
        },
        None,
        None,
    ),
    "accept rules are fetched": Case(
        lambda n: n.sip.get_accept_rules(ALICE),
        "getAcceptRules",
        {"sipId": ALICE_WIRE},
        {"rules": {"persistent": [], "temporary": {"groups": ["nobody"], "duration": 5}}, "nonEmptyGroups": ["vip"]},
        r.AcceptRulesStatus(
            rules=r.AcceptRules(persistent=(), temporary=r.TemporaryAcceptRule(groups=("nobody",), duration=5)),
            non_empty_groups=("vip",),
        ),
    ),
    "rejected callers are replaced": Case(
        lambda n: n.sip.set_reject_members(ALICE, []),
        "setRejectMembers",
        {"sipId": ALICE_WIRE, "members": []},
        None,
        None,
    ),
    "rejected callers are named": Case(
        lambda n: n.sip.get_reject_members(ALICE), "getRejectMembers", {"sipId": ALICE_WIRE}, ["sip:x@y"], ("sip:x@y",)
    ),
    "barred destinations are replaced": Case(
        lambda n: n.sip.set_barring_prefixes(ALICE, ["+31900"]),
        "setBarringPrefixes",
        {"sipId": ALICE_WIRE, "prefixes": ["+31900"]},
        None,
        None,
    ),
    "barred destinations are named": Case(
        lambda n: n.sip.get_barring_prefixes(ALICE), "getBarringPrefixes", {"sipId": ALICE_WIRE}, [], ()
    ),
    "calls are listed": Case(
        lambda n: n.sip.get_calls(ALICE, r.CallsQuery(placed=r.CallQuery(limit=20))),
        "getCalls",
        {"sipId": ALICE_WIRE, "query": {"placed": {"limit": 20}}},
        {
            "placed": [{"toURI": "sip:b=40c.d", "startTime": 1767225600, "applicationTypes": ["audio,=20video"]}],
            "received": [],
        },
        r.Calls(placed=(r.Call(to_uri="sip:b@c.d", start_time=1767225600, application_types=("audio", "video")),)),
    ),
    "calls are counted": Case(
        lambda n: n.sip.get_call_statistics(ALICE),
        "getCallStatistics",
        {"sipId": ALICE_WIRE, "query": {}},
        {"placed": {"calls": 3, "price": 1.25}},
        r.CallStatistics(placed=r.CallTotals(calls=3, price=1.25)),
    ),
    "devices are listed": Case(
        lambda n: n.sip.get_sip_device_locations([ALICE]),
        "getSipDeviceLocations",
        {"sipIds": [ALICE_WIRE]},
        [{"locations": [{"address": "10.0.0.2", "port": 5060, "expires": 60, "transport": "udp"}]}],
        (
            r.SipDeviceLocations(
                locations=(r.SipDeviceLocation(address="10.0.0.2", port=5060, expires=60, transport="udp"),)
            ),
        ),
    ),
    "a SIP trace is fetched": Case(
        lambda n: n.sip.get_sip_trace(r.SipTraceFilter(node_ip="10.0.0.1", call_id="c", from_tag="f")),
        "getSipTrace",
        {"filter": {"nodeIp": "10.0.0.1", "callId": "c", "fromTag": "f"}},
        '[{"id": 7, "direction": "in", "time_stamp": "2026-01-01 00:00:00", "method": "INVITE"}]',
        (r.SipTraceMessage(id="7", direction="in", time_stamp="2026-01-01 00:00:00", method="INVITE"),),
    ),
    "a media trace is fetched": Case(
        lambda n: n.sip.get_media_trace(r.MediaTraceFilter(node_ip="a", call_id="c", from_tag="f", to_tag="t")),
        "getMediaTrace",
        {"filter": {"nodeIp": "a", "callId": "c", "fromTag": "f", "toTag": "t"}},
        '{"duration": 9, "streams": [{"media_type": "audio", "caller_bytes": 5}]}',
        r.MediaTrace(duration=9, streams=(r.MediaStream(media_type="audio", caller_bytes=5),)),
    ),
    "media relays are listed": Case(
        lambda n: n.sip.get_media_summary(),
        "getMediaSummary",
        {},
        '[{"ip": "10.0.0.3", "stream_count": {"video": 1, "audio": 2}, "uptime": 3}]',
        (r.MediaSummary(ip="10.0.0.3", stream_count=(("audio", 2), ("video", 1)), uptime=3),),
    ),
    "media sessions are listed, none now": Case(lambda n: n.sip.get_media_sessions(), "getMediaSessions", {}, "", ()),
    "a customer is fetched": Case(
        lambda n: n.customers.get_account(7),
        "getAccount",
        {"id": 7},
        {"id": 7, "reseller": 7, "username": "acme", "balance": 1.5, "resellerActive": True},
        r.CustomerAccount(id=7, reseller=7, username="acme", balance=1.5, reseller_active=True),
    ),
    "customers are listed": Case(
        lambda n: n.customers.get_customers(Query(filter=r.CustomerFilter(only_resellers="1", customer=3))),
        "getCustomers",
        {"query": {"filter": {"only_resellers": "1", "customer": 3}}},
        {"total": 1, "accounts": [{"id": 3}]},
        RecordPage(1, (r.CustomerAccount(id=3),)),
    ),
    "properties are stored": Case(
        lambda n: n.customers.set_properties(3, [r.CustomerProperty(name="pstn_access", value="1")]),
        "setProperties",
        {"customer": 3, "properties": [{"name": "pstn_access", "value": "1"}]},
        None,
        None,
    ),
    "properties are fetched": Case(
        lambda n: n.customers.get_properties(3),
        "getProperties",
        {"customer": 3},
        [{"name": "pstn_access", "value": "1", "permission": "admin"}],
        (r.CustomerProperty(name="pstn_access", value="1", permission="admin"),),
    ),
    "a range is added": Case(
        lambda n: n.enum.add_range(r.EnumRange(id=r.EnumRangeId(prefix="3120"), nameservers=("ns1.example.com",))),
        "addRange",
        {
            "range": {
                "id": {"prefix": "3120", "tld": "e164.arpa"},
                "ttl": 3600,
                "nameservers": ["ns1.example.com"],
            }
        },
        {"id": {"prefix": "3120", "tld": "e164.arpa"}, "ttl": 3600, "used": 0, "serial": 2026010100},
        r.EnumRange(id=r.EnumRangeId(prefix="3120"), serial=2026010100),
    ),
    "a range is deleted": Case(
        lambda n: n.enum.delete_range(r.EnumRangeId(prefix="3120", tld="e164.test")),
        "deleteRange",
        {"range": {"prefix": "3120", "tld": "e164.test"}},
        None,
        None,
    ),
    "a number is added": Case(
        lambda n: n.enum.add_number(r.EnumNumber(id=NUMBER, mappings=(r.EnumMapping(mapto="sip:a@b.c"),))),
        "addNumber",
        {
            "number": {
                "id": NUMBER_WIRE,
                "owner": 0,
                "mappings": [{"type": "sip", "mapto": "sip:a@b.c", "priority": 5, "ttl": 3600}],
            }
        },
        {"id": NUMBER_WIRE, "mappings": [{"id": 1, "type": "sip", "mapto": "sip:a@b.c", "priority": 5, "ttl": 60}]},
        r.EnumNumber(id=NUMBER, mappings=(r.EnumMapping(id=1, mapto="sip:a@b.c", ttl=60),)),
    ),
    "a number is fetched": Case(
        lambda n: n.enum.get_number(NUMBER),
        "getNumber",
        {"enumId": NUMBER_WIRE},
        {"id": NUMBER_WIRE},
        r.EnumNumber(id=NUMBER),
    ),
    "a zone is added": Case(
        lambda n: n.dns.add_zone(r.DnsZone(name="example.com", nameservers=("ns1.example.net",))),
        "addZone",
        {"zone": {"name": "example.com", "ttl": 3600, "nameservers": ["ns1.example.net"]}},
        {"name": "example.com", "ttl": 3600, "serial": 2026010100, "email": "hostmaster@example.com"},
        r.DnsZone(name="example.com", serial=2026010100, email="hostmaster@example.com"),
    ),
    "a zone is fetched by its name": Case(
        lambda n: n.dns.get_zone("example.com"),
        "getZone",
        {"zone": "example.com"},
        {"name": "example.com", "minimum": 60},
        r.DnsZone(name="example.com", minimum=60),
    ),
    "a record is added": Case(
        lambda n: n.dns.add_record(r.DnsRecord(zone="example.com", type="A", value="192.0.2.1")),
        "addRecord",
        {"record": {"name": "", "zone": "example.com", "type": "A", "value": "192.0.2.1", "ttl": 3600}},
        {"id": 4, "name": "", "zone": "example.com", "type": "A", "value": "192.0.2.1", "ttl": 3600},
        r.DnsRecord(id=4, zone="example.com", type="A", value="192.0.2.1"),
    ),
    "a record is deleted": Case(lambda n: n.dns.delete_record(4), "deleteRecord", {"recordId": 4}, None, None),
    "redirects are listed": Case(
        lambda n: n.dns.get_fancy_records(Query(filter=r.DnsFancyRecordFilter(type="URL"))),
        "getFancyRecords",
        {"query": {"filter": {"type": "URL"}}},
        {"total": 1, "records": [{"id": 4, "type": "URL"}]},
        RecordPage(1, (r.DnsFancyRecord(id=4, type="URL"),)),
    ),
    "a mailbox is added": Case(
        lambda n: n.voicemail.add_account(r.VoicemailAccount(sip_id=ALICE, password="1234", email="a@b.c")),
        "addAccount",
        {
            "account": {
                "sipId": ALICE_WIRE,
                "name": "",
                "password": "1234",
                "email": "a@b.c",
                "options": {"delete": 1},
            }
        },
        {"sipId": ALICE_WIRE, "mailbox": "1001", "options": {"delete": 0}},
        r.VoicemailAccount(sip_id=ALICE, mailbox="1001", options=r.VoicemailOptions(delete=False)),
    ),
    "a mailbox whose answer does not name its account": Case(
        lambda n: n.voicemail.get_account(ALICE),
        "getAccount",
        {"sipId": ALICE_WIRE},
        {"mailbox": "1001"},
        r.VoicemailAccount(sip_id=ALICE, mailbox="1001"),
    ),
    "an announcement is stored": Case(
        lambda n: n.voicemail.set_announcement(ALICE, b"RIFF\0"),
        "setAnnouncement",
        {"sipId": ALICE_WIRE, "message": b"RIFF\0"},
        None,
        None,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_call_and_its_answer(case: Case) -> None:
    server = Scripted(answers={case.operation: case.answer})

    got = case.call(server.client())

    assert got == case.got
    [call] = [one for one in server.calls if one.operation.name == case.operation]
    assert call.arguments == case.sent


def test_a_whole_list_is_fetched_in_pages() -> None:
    stored = [{"domain": f"d{number}.example"} for number in range(7)]

    def answer(arguments: dict[str, Any]) -> Any:
        window = arguments["query"]["range"]
        return {"total": 7, "domains": stored[window["start"] : window["start"] + window["count"]]}

    server = Scripted(answers={"getDomains": answer})

    walked = [domain.domain for domain in server.client().sip.iter_domains(page_size=3)]

    assert walked == [domain["domain"] for domain in stored]
    assert [call.arguments["query"]["range"]["start"] for call in server.calls] == [0, 3, 6]


def test_iterating_fetches_no_more_than_requested() -> None:
    server = Scripted(answers={"getDomains": {"total": 400, "domains": [{"domain": "a.example"}] * 200}})

    next(server.client().sip.iter_domains())

    assert len(server.calls) == 1


def test_iterating_ends_when_rows_vanish_meanwhile() -> None:
    server = Scripted(answers={"getCustomers": {"total": 5, "accounts": []}})

    assert list(server.client().customers.iter_customers()) == []


def test_a_value_that_cannot_be_what_it_should_is_an_outage() -> None:
    from portal.ngnpro import errors

    server = Scripted(answers={"getMediaTrace": '{"duration": "long"}'})

    with pytest.raises(errors.NotSoap, match="does not fit"):
        server.client().sip.get_media_trace(r.MediaTraceFilter(node_ip="a", call_id="b", from_tag="c"))
