"""Rights: every operation of the WSDL, called at every level on the caller's own, a foreign and a missing record."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from ngnpro_server.store.accounts import find_account
from ngnpro_server.store.alarms import insert_alarm
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import alarms
from ngnpro_server.store.schema import proxy as proxys
from ngnpro_wire.codec import WireFault, declarations, encode_call
from ngnpro_wire.facts.fault_codes import FaultCode as Code
from ngnpro_wire.schema import load_schema
from tests.support.platform import Party, Platform, add_party, make_platform
from tests.support.server import TestServer, make_server

RIGHTS = {"pstn_access": 1, "pstn_changes": 1, "prepaid_changes": 1, "sms_access": 1}
OPERATIONS = sorted(f"{operation.port}.{operation.name}" for operation in load_schema().operations.values())


@dataclass(frozen=True)
class Target:
    """A set of records, all of one customer: the caller's own, a foreign customer's, or missing ones."""

    name: str
    customer: int
    spare: int  # another customer of the same reseller, without records
    ids: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_IDS, 4711))

    @property
    def domain(self) -> str:
        return f"{self.name}.example"

    @property
    def account(self) -> dict[str, str]:
        return {"username": "alice", "domain": self.domain}

    @property
    def entity(self) -> str:
        return f"subscriber://alice@{self.domain}"

    @property
    def other(self) -> dict[str, str]:
        return {"username": "bob", "domain": self.domain}

    @property
    def alias(self) -> dict[str, str]:
        return {"username": "info", "domain": self.domain}

    @property
    def new(self) -> dict[str, str]:
        return {"username": "new", "domain": self.domain}

    @property
    def digit(self) -> str:
        return {"own": "1", "foreign": "2", "missing": "3"}[self.name]

    @property
    def range(self) -> dict[str, str]:
        return {"prefix": f"31235{self.digit}", "tld": "e164.arpa"}

    @property
    def empty_range(self) -> dict[str, str]:
        return {"prefix": f"31205{self.digit}", "tld": "e164.arpa"}

    @property
    def number(self) -> dict[str, str]:
        return {"number": f"31235{self.digit}00000", "tld": "e164.arpa"}

    @property
    def new_number(self) -> dict[str, str]:
        return {"number": f"31235{self.digit}00001", "tld": "e164.arpa"}

    @property
    def peer(self) -> str:
        return f"192.0.2.{self.digit}"


_IDS = ("carrier", "free_carrier", "gateway", "free_gateway", "rule", "route", "alarm", "record", "fancy", "batch")


@dataclass(frozen=True)
class Row:
    """How an operation is called on a target, and what it answers if the caller cannot see the target.

    ``levels`` are the callers who may call it at all. ``count`` reads from the answer how many records were found, for
    operations that return nothing rather than refuse. ``otherwise`` maps exceptions, role and target, to fault codes.
    """

    arguments: Callable[[Target], dict[str, Any]]
    missing: Code | None = None
    levels: str = "administrator reseller customer"
    count: Callable[[Any], int] | None = None
    otherwise: dict[tuple[str, str], Code] = field(default_factory=dict)


def total(answer: Any) -> int:
    return int(answer["total"])


def deletion(target: Target) -> dict[str, str]:
    """Return the call of a batch that deletes the target's account."""
    schema = load_schema()
    call = encode_call(schema.operation("Sip", "deleteAccount"), {"sipId": target.account}, declarations(schema))
    return {"call": call}


def routing(arguments: Callable[[Target], dict[str, Any]], missing: Code | None = None, **more: Any) -> Row:
    return Row(arguments, missing, "administrator reseller", **more)


def of_account(**arguments: Any) -> Row:
    return Row(lambda t: {"sipId": t.account} | arguments, Code.ACCOUNT_MISSING)


SELLERS = "administrator reseller"

# what the platform of these tests does not have: SIP proxies and presence
UNAVAILABLE = {
    (role, target): Code.OPERATION_UNAVAILABLE
    for role in ("administrator", "as reseller", "as customer", "reseller", "customer", "deputy")
    for target in ("own", "foreign")
    if target == "own" or role == "administrator"
}


def unavailable(**arguments: Any) -> Row:
    """Return an operation on an account that this platform refuses, once the caller may see the account."""
    sent = {"password": ""} | arguments
    return Row(lambda t: {"sipId": t.account} | sent, Code.ACCOUNT_MISSING, otherwise=UNAVAILABLE)


def a_filter(**names: str) -> Callable[[Target], dict[str, Any]]:
    return lambda t: {"query": {"filter": {name: _value(t, path) for name, path in names.items()}}}


def _value(target: Target, path: str) -> Any:
    first, _, rest = path.partition(".")
    found = getattr(target, first)
    return found[rest] if rest else found


_A = {"name": "www", "type": "A", "value": "192.0.2.1"}
_URL = {"name": "www", "type": "URL", "value": "https://example.org/"}
_CALL = {"nodeIp": "192.0.2.9", "fromTag": "", "toTag": ""}

ROWS: dict[str, Row] = {
    "Sip.addDomain": Row(
        lambda t: {"domain": {"domain": "new.example", "customer": t.customer}}, Code.CUSTOMER_MISSING
    ),
    "Sip.updateDomain": Row(lambda t: {"domain": {"domain": t.domain}}, Code.DOMAIN_MISSING),
    "Sip.deleteDomain": Row(lambda t: {"domain": t.domain}, Code.DOMAIN_MISSING),
    "Sip.getDomains": Row(a_filter(domain="domain"), count=total),
    "Sip.addAccount": Row(lambda t: {"account": {"id": t.new, "password": "x"}}, Code.DOMAIN_MISSING),
    "Sip.updateAccount": Row(lambda t: {"account": {"id": t.account, "quota": 9}}, Code.ACCOUNT_MISSING),
    "Sip.deleteAccount": of_account(),
    "Sip.getAccount": of_account(),
    "Batch.run": Row(lambda t: {"calls": [deletion(t)]}, count=lambda results: int("errorcode" not in results[0])),
    "Sip.getAccounts": Row(a_filter(domain="domain", username="account.username"), count=total),
    "Sip.addAlias": Row(lambda t: {"alias": {"id": t.new, "target": t.account}}, Code.DOMAIN_MISSING),
    "Sip.updateAlias": Row(lambda t: {"alias": {"id": t.alias}}, Code.ALIAS_MISSING),
    "Sip.deleteAlias": Row(lambda t: {"id": t.alias}, Code.ALIAS_MISSING),
    "Sip.getAlias": Row(lambda t: {"id": t.alias}, Code.ALIAS_MISSING),
    "Sip.getAliases": Row(a_filter(aliasDomain="domain"), count=total),
    "Sip.addToGroup": of_account(group="free-pstn"),
    "Sip.removeFromGroup": of_account(group="anonymous"),
    "Sip.getGroups": of_account(),
    "Sip.addBalance": of_account(value=1.0, description=""),
    "Sip.addBalanceFromVoucher": Row(
        lambda t: {"sipId": t.account, "card": {"id": 1, "number": "0"}},
        Code.ACCOUNT_MISSING,
        otherwise={
            (role, target): Code.VOUCHER_UNKNOWN
            for role in ("administrator", "as reseller", "as customer", "reseller", "customer", "deputy")
            for target in ("own", "foreign")
            if target == "own" or role == "administrator"
        },
    ),
    "Sip.getPrepaidStatus": Row(lambda t: {"sipIds": [t.account]}, Code.ACCOUNT_MISSING),
    "Sip.getCreditHistory": of_account(count=10),
    "Sip.addPhonebookEntry": of_account(entry={"uri": "sip:new@x.example"}),
    "Sip.updatePhonebookEntry": of_account(entry={"uri": "sip:bob@x.example"}),
    "Sip.deletePhonebookEntry": of_account(uri="sip:bob@x.example"),
    "Sip.getPhonebookEntries": of_account(match={}, range={}),
    "Sip.setRejectMembers": of_account(members=[]),
    "Sip.getRejectMembers": of_account(),
    "Sip.setAcceptRules": of_account(rules={}),
    "Sip.getAcceptRules": of_account(),
    "Sip.setBarringPrefixes": of_account(prefixes=[]),
    "Sip.getBarringPrefixes": of_account(),
    "Sip.setCallDiversions": of_account(diversions={}),
    "Sip.getCallDiversions": of_account(),
    "Sip.getCalls": of_account(query={}),
    "Sip.getCallStatistics": of_account(query={}),
    "Sip.getSipDeviceLocations": Row(lambda t: {"sipIds": [t.account]}, Code.ACCOUNT_MISSING),
    "Sip.getSipTrace": Row(
        lambda t: {"filter": _CALL | {"callId": t.name}}, count=lambda answer: len(json.loads(answer))
    ),
    "Sip.getMediaTrace": Row(lambda t: {"filter": _CALL | {"callId": t.name}}, Code.MEDIA_MISSING),
    "Sip.getMediaSummary": Row(lambda _: {}, levels="administrator"),
    "Sip.getMediaSessions": Row(lambda _: {}, levels="administrator"),
    "Sip.addCarrier": routing(lambda _: {"carrier": {"name": "new"}}),
    "Sip.updateCarrier": routing(lambda t: {"carrier": {"id": t.ids["carrier"]}}, Code.CARRIER_MISSING),
    "Sip.deleteCarrier": routing(lambda t: {"id": t.ids["free_carrier"]}, Code.CARRIER_MISSING),
    "Sip.getCarriers": routing(a_filter(id="ids.carrier"), count=total),
    "Sip.addGateway": routing(
        lambda t: {"gateway": {"name": "new", "carrier_id": t.ids["carrier"], "ip": "192.0.2.1"}}, Code.CARRIER_MISSING
    ),
    "Sip.updateGateway": routing(lambda t: {"gateway": {"id": t.ids["gateway"]}}, Code.GATEWAY_MISSING),
    "Sip.deleteGateway": routing(lambda t: {"id": t.ids["free_gateway"]}, Code.GATEWAY_MISSING),
    "Sip.getGateways": routing(a_filter(id="ids.gateway"), count=total),
    "Sip.addGatewayRule": routing(lambda t: {"rule": {"gateway_id": t.ids["gateway"]}}, Code.GATEWAY_MISSING),
    "Sip.updateGatewayRule": routing(lambda t: {"rule": {"id": t.ids["rule"]}}, Code.RULE_MISSING),
    "Sip.deleteGatewayRule": routing(lambda t: {"id": t.ids["rule"]}, Code.RULE_MISSING),
    "Sip.getGatewayRules": routing(a_filter(id="ids.rule"), count=total),
    "Sip.addRoutes": routing(lambda t: {"routes": [{"carrier_id": t.ids["carrier"]}]}, Code.CARRIER_MISSING),
    "Sip.updateRoutes": routing(lambda t: {"routes": [{"id": t.ids["route"]}]}, Code.ROUTE_MISSING),
    "Sip.deleteRoutes": routing(lambda t: {"routes": [{"id": t.ids["route"]}]}, Code.ROUTE_MISSING),
    "Sip.getRoutes": routing(a_filter(id="ids.route"), count=total),
    "Sip.addTrustedPeer": routing(lambda t: {"peer": {"ip": "192.0.2.99", "owner": t.customer}}, Code.CUSTOMER_MISSING),
    "Sip.updateTrustedPeer": routing(lambda t: {"peer": {"ip": t.peer}}, Code.PEER_MISSING),
    "Sip.deleteTrustedPeer": routing(lambda t: {"ip": t.peer}, Code.PEER_MISSING),
    "Sip.getTrustedPeers": routing(a_filter(ip="peer"), count=total),
    "Customer.addAccount": Row(
        lambda t: {"account": {"username": "new", "password": "x", "impersonate": t.customer}},
        Code.CUSTOMER_MISSING,
        "administrator reseller",
        # an administrator would add a reseller, and a reseller cannot impersonate a customer of another reseller
        otherwise={("administrator", target): Code.VALUE_INVALID for target in ("own", "foreign")},
    ),
    "Customer.updateAccount": Row(lambda t: {"account": {"id": t.customer}}, Code.CUSTOMER_MISSING),
    "Customer.deleteAccount": Row(
        lambda t: {"id": t.spare},
        Code.CUSTOMER_MISSING,
        # the spare customer is not the caller, so for the caller it does not exist
        otherwise={(role, "own"): Code.CUSTOMER_MISSING for role in ("customer", "as customer")},
    ),
    "Customer.getAccount": Row(lambda t: {"id": t.customer}, Code.CUSTOMER_MISSING),
    "Customer.getCustomers": Row(a_filter(customer="customer"), count=total),
    "Customer.getResellers": Row(a_filter(customer="customer"), count=total),
    "Customer.setProperties": Row(
        lambda t: {"customer": t.customer, "properties": [{"name": "sip_proxy", "value": "x"}]}, Code.CUSTOMER_MISSING
    ),
    "Customer.getProperties": Row(lambda t: {"customer": t.customer}, Code.CUSTOMER_MISSING),
    "Enum.addRange": Row(
        lambda t: {"range": {"id": {"prefix": "312399", "tld": "e164.arpa"}, "customer": t.customer}},
        Code.CUSTOMER_MISSING,
    ),
    "Enum.updateRange": Row(lambda t: {"range": {"id": t.range}}, Code.RANGE_MISSING),
    "Enum.deleteRange": Row(lambda t: {"range": t.empty_range}, Code.RANGE_MISSING),
    "Enum.getRanges": Row(a_filter(prefix="range.prefix"), count=total),
    "Enum.addNumber": Row(lambda t: {"number": {"id": t.new_number}}, Code.NUMBER_OUTSIDE),
    "Enum.updateNumber": Row(lambda t: {"number": {"id": t.number}}, Code.NUMBER_MISSING),
    "Enum.deleteNumber": Row(lambda t: {"enumId": t.number}, Code.NUMBER_MISSING),
    "Enum.getNumber": Row(lambda t: {"enumId": t.number}, Code.NUMBER_MISSING),
    "Enum.getNumbers": Row(a_filter(number="number.number"), count=total),
    "Dns.addZone": Row(lambda t: {"zone": {"name": "new.example", "customer": t.customer}}, Code.CUSTOMER_MISSING),
    "Dns.updateZone": Row(lambda t: {"zone": {"name": t.domain, "ttl": 60}}, Code.ZONE_MISSING),
    "Dns.deleteZone": Row(lambda t: {"zone": t.domain}, Code.ZONE_MISSING),
    "Dns.getZone": Row(lambda t: {"zone": t.domain}, Code.ZONE_MISSING),
    "Dns.getZones": Row(a_filter(name="domain"), count=total),
    "Dns.addRecord": Row(lambda t: {"record": _A | {"zone": t.domain, "name": "new"}}, Code.ZONE_MISSING),
    "Dns.updateRecord": Row(lambda t: {"record": {"id": t.ids["record"], "ttl": 60}}, Code.ZONE_RECORD_MISSING),
    "Dns.deleteRecord": Row(lambda t: {"recordId": t.ids["record"]}, Code.ZONE_RECORD_MISSING),
    "Dns.getRecord": Row(lambda t: {"recordId": t.ids["record"]}, Code.ZONE_RECORD_MISSING),
    "Dns.getRecords": Row(a_filter(zone="domain"), count=total),
    "Dns.addFancyRecord": Row(lambda t: {"record": _URL | {"zone": t.domain, "name": "new"}}, Code.ZONE_MISSING),
    "Dns.updateFancyRecord": Row(lambda t: {"record": {"id": t.ids["fancy"], "ttl": 60}}, Code.ZONE_RECORD_MISSING),
    "Dns.deleteFancyRecord": Row(lambda t: {"recordId": t.ids["fancy"]}, Code.ZONE_RECORD_MISSING),
    "Dns.getFancyRecord": Row(lambda t: {"recordId": t.ids["fancy"]}, Code.ZONE_RECORD_MISSING),
    "Dns.getFancyRecords": Row(a_filter(zone="domain"), count=total),
    "Voicemail.addAccount": Row(lambda t: {"account": {"sipId": t.other}}, Code.ACCOUNT_MISSING),
    "Voicemail.updateAccount": Row(lambda t: {"account": {"sipId": t.account}}, Code.ACCOUNT_MISSING),
    "Voicemail.deleteAccount": of_account(),
    "Voicemail.getAccount": of_account(),
    "Voicemail.setAnnouncement": of_account(message=b"x"),
    "Rating.setEntityProfiles": Row(
        lambda t: {"profiles": {"entity": t.entity, "profileWeekday": "new"}},
        Code.ACCOUNT_MISSING,
        otherwise={(role, "own"): Code.NOT_PERMITTED for role in ("customer", "as customer")},
    ),
    "Rating.deleteEntityProfiles": Row(
        lambda t: {"entity": t.entity},
        Code.ACCOUNT_MISSING,
        otherwise={(role, "own"): Code.NOT_PERMITTED for role in ("customer", "as customer")},
    ),
    "Rating.getEntityProfiles": Row(lambda t: {"entity": t.entity}, Code.ACCOUNT_MISSING),
    "Network.getStatus": Row(lambda _: {}, levels="administrator"),
    "Network.getStatistics": Row(lambda _: {}, levels="administrator"),
    "Presence.setPresenceInformation": unavailable(information={"activity": "busy"}),
    "Presence.getPresenceInformation": of_account(password=""),
    "Presence.deletePresenceInformation": of_account(password=""),
    "Presence.getWatchers": of_account(password=""),
    "Presence.setPolicy": unavailable(policy={}),
    "Presence.getPolicy": of_account(password=""),
    "Platform.getProxyLoads": Row(lambda _: {}, levels="administrator reseller"),
    # this server has no SIP proxies
    "Platform.loadProxies": Row(
        lambda _: {"topic": "routing"},
        levels="administrator",
        otherwise={("administrator", target): Code.OPERATION_UNAVAILABLE for target in ("own", "foreign", "missing")},
    ),
    "Platform.dropRegistrations": Row(
        lambda t: {"sipId": t.account, "address": "", "port": 0}, Code.ACCOUNT_MISSING, otherwise=UNAVAILABLE
    ),
    "Watch.getAlarms": Row(lambda t: {"sipId": t.account}, Code.ACCOUNT_MISSING),
    "Watch.closeAlarm": routing(lambda t: {"id": t.ids["alarm"]}, Code.VALUE_INVALID),
    "Watch.confirmAlarms": Row(lambda t: {"last": t.ids["alarm"]}, levels="administrator"),
    "Watch.getHealth": routing(lambda _t: {}),
    "Watch.getDiversionsTo": Row(lambda t: {"sipId": t.other}, count=len),
    "Watch.getDiversionsInCircles": Row(lambda _t: {}),
    "Watch.getContactsTo": Row(lambda t: {"sipId": t.other}, count=lambda found: len(found.get("contacts", []))),
    "Watch.getMissingContacts": Row(lambda t: {"sipId": t.account, "uris": ["x@y.example"]}, Code.ACCOUNT_MISSING),
    "Watch.addVoucherBatch": Row(lambda t: {"batch": {"name": f"new {t.name}", "value": 5.0}}, levels=SELLERS),
    "Watch.blockVoucherBatch": Row(
        lambda t: {"id": t.ids["batch"], "blocked": True}, Code.VOUCHER_BATCH_MISSING, levels=SELLERS
    ),
    "Watch.exportVoucherBatch": Row(lambda t: {"id": t.ids["batch"]}, Code.VOUCHER_BATCH_MISSING, levels=SELLERS),
    "Watch.getVoucherBatches": Row(
        lambda t: {"query": {"filter": {"id": t.ids["batch"]}}}, levels=SELLERS, count=total
    ),
    "Watch.getVouchers": Row(lambda t: {"id": t.ids["batch"], "number": ""}, levels=SELLERS, count=len),
    "Watch.getUsage": Row(lambda t: {"domain": t.domain, "hours": 1}, Code.DOMAIN_MISSING),
    "Watch.getProvisioning": Row(lambda _t: {"hours": 1}, levels="administrator"),
    "Watch.getFoundAccounts": Row(lambda _t: {"sign": "192.0.2.1"}),
    "Watch.getFoundCalls": Row(lambda _t: {"query": {"callId": "one@proxy.example"}}),
}


@dataclass(frozen=True)
class World:
    """A platform with two targets, its database files, and the credentials of every kind of caller."""

    folder: Path
    targets: tuple[Target, ...]
    callers: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Create the platform once; each test works on copies of its files."""
    folder = tmp_path_factory.mktemp("world")
    server = make_server(folder)
    platform = make_platform(server)
    for party in (platform.reseller, platform.customer, platform.sibling, platform.rival, platform.stranger):
        platform.grant(party, **RIGHTS)
    # the deputy is a customer who impersonates their reseller
    server.call("Customer", "updateAccount", account={"id": platform.sibling.id, "impersonate": platform.reseller.id})
    own = _fill(platform, "own", platform.customer, platform.reseller)
    foreign = _fill(platform, "foreign", platform.stranger, platform.rival)
    callers = {
        "administrator": server.administrator,
        "as reseller": server.as_customer(platform.reseller.id),
        "as customer": server.as_customer(platform.customer.id),
        "reseller": platform.reseller.auth,
        "customer": platform.customer.auth,
        "deputy": platform.sibling.auth,
    }
    _close(server)
    return World(folder, (own, foreign, Target("missing", 4711, 4712)), callers)


def _fill(platform: Platform, name: str, customer: Party, reseller: Party) -> Target:
    server = platform.server
    target = Target(name, customer.id, add_party(server, f"spare-{name}", reseller=reseller.id).id)
    platform.add_domain(target.domain, customer)
    for username in ("alice", "bob"):
        platform.add_account(username, target.domain, groups=["anonymous"])
    entry = {"uri": "sip:bob@x.example"}
    sip_id = target.account
    carrier = server.call("Sip", "addCarrier", carrier={"name": "used", "reseller": reseller.id})
    free = server.call("Sip", "addCarrier", carrier={"name": "free", "reseller": reseller.id})
    gateways = [
        server.call("Sip", "addGateway", gateway={"name": n, "carrier_id": carrier["id"], "ip": "192.0.2.1"})
        for n in ("used", "free")
    ]
    rule = server.call("Sip", "addGatewayRule", rule={"gateway_id": gateways[0]["id"]})
    for port, operation, arguments in (
        ("Sip", "addAlias", {"alias": {"id": target.alias, "target": sip_id}}),
        ("Sip", "addPhonebookEntry", {"sipId": sip_id, "entry": entry}),
        ("Sip", "addPhonebookEntry", {"sipId": sip_id, "entry": {"uri": f"bob@{target.domain}"}}),
        ("Voicemail", "addAccount", {"account": {"sipId": sip_id}}),
        ("Enum", "addRange", {"range": {"id": target.range, "customer": customer.id}}),
        ("Enum", "addRange", {"range": {"id": target.empty_range, "customer": customer.id}}),
        ("Enum", "addNumber", {"number": {"id": target.number}}),
        ("Sip", "addTrustedPeer", {"peer": {"ip": target.peer, "owner": customer.id}}),
        ("Sip", "addRoutes", {"routes": [{"carrier_id": carrier["id"]}]}),
        ("Sip", "setCallDiversions", {"sipId": sip_id, "diversions": {"FBUS": f"sip:bob@{target.domain}"}}),
        ("Rating", "setEntityProfiles", {"profiles": {"entity": target.entity, "profileWeekday": "one"}}),
        ("Dns", "addZone", {"zone": {"name": target.domain, "customer": customer.id}}),
    ):
        server.call(port, operation, **arguments)
    route = server.call("Sip", "getRoutes", query={"filter": {"carrier_id": carrier["id"]}})["routes"][0]
    in_zone = {"zone": target.domain}
    record = server.call("Dns", "addRecord", record=_A | in_zone)
    fancy = server.call("Dns", "addFancyRecord", record=_URL | in_zone)
    # a batch of one voucher, so that both have the same id
    batch = server.call("Watch", "addVoucherBatch", batch={"name": "one", "value": 5.0, "reseller": reseller.id})
    records = (carrier, free, *gateways, rule, route, {"id": _alarm(server, target)}, record, fancy, batch)
    target.ids.update({name: record["id"] for name, record in zip(_IDS, records, strict=True)})
    _trace(server, target)
    return target


def _alarm(server: TestServer, target: Target) -> int:
    """Raise an alarm about the target's account, and return its number."""
    with transaction(server.engine, write=True) as connection:
        account = find_account(connection, "alice", target.domain)
        assert account is not None
        insert_alarm(connection, account, time=datetime(2026, 3, 1), kind="spend", period="2026-03-01 00")
        return int(connection.execute(select(func.max(alarms.c.id))).scalar_one())


def _trace(server: TestServer, target: Target) -> None:
    """Write a call of the target's account as the SIP proxy does."""
    moment = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    side = {"from_username": "alice", "from_domain": target.domain}
    call = {"call_id": target.name, "start_time": moment, "media_info": "{}"}
    with transaction(server.proxy, write=True) as connection:
        connection.execute(proxys.calls.insert().values(**call, **side))
        connection.execute(proxys.sip_trace.insert().values(callid=target.name, time_stamp=moment, msg="x"))


@pytest.fixture
def server(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], TestServer]]:
    """A server on fresh copies of the platform's files."""
    started: list[TestServer] = []

    def fresh() -> TestServer:
        while started:
            _close(started.pop())
        folder = tmp_path_factory.mktemp("copy")
        copy = make_server(folder)
        for file in world.folder.glob("*.sqlite3"):
            shutil.copy(file, folder)
        started.append(copy)
        return copy

    yield fresh
    _close(started.pop())


def _close(server: TestServer) -> None:
    server.engine.dispose()
    server.proxy.dispose()


def expected(row: Row, role: str, target: str) -> Code | int | None:
    """Return the expected outcome of a call: a fault's code, the number of records found, or ``None`` for success."""
    if (role, target) in row.otherwise:
        return row.otherwise[role, target]
    level = {"as reseller": "reseller", "deputy": "reseller", "as customer": "customer"}.get(role, role)
    if level not in row.levels:
        return Code.NOT_PERMITTED
    is_seen = target == "own" or (target == "foreign" and role == "administrator")
    if row.count:
        return 1 if is_seen else 0
    return None if is_seen else row.missing


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_caller_on_every_target(world: World, server: Callable[[], TestServer], operation: str) -> None:
    row = ROWS[operation]
    port, _, name = operation.partition(".")
    copy = server()
    for role, auth in world.callers.items():
        for target in world.targets:
            wanted = expected(row, role, target.name)
            try:
                answer = copy.call(port, name, auth, **row.arguments(target))
            except WireFault as fault:
                found: Code | int | None = Code(fault.code or 0)
            else:
                found = row.count(answer) if row.count else None
                if not name.startswith("get"):
                    copy = server()
            assert found == wanted, (role, target.name)


def test_no_row_is_left_over() -> None:
    assert sorted(ROWS) == OPERATIONS
