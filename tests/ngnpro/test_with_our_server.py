"""The typed client and our own server, record by record: records are added, listed, changed and deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from portal.ngnpro import Credentials, Engine, Ngnpro, Pattern, Query, Range, errors
from portal.ngnpro import records as r
from tests.support.server import ADMINISTRATOR, TestServer, make_server
from tests.support.wsgi import wsgi_session

ALICE = r.SipId(username="alice", domain="example.com")
BOB = r.SipId(username="bob", domain="example.com")


@pytest.fixture
def server(tmp_path: Path) -> TestServer:
    return make_server(tmp_path)


@pytest.fixture
def ngnpro(server: TestServer) -> Ngnpro:
    """The administrator's client, on a platform with one reseller, the reseller's domain and an account in it."""
    engine = Engine(url="http://ngnpro.test/", username=ADMINISTRATOR.username, password=ADMINISTRATOR.password)
    client = Ngnpro(engine, session=wsgi_session(server.app))
    reseller = client.customers.add_account(
        r.CustomerAccount(username="reseller", password="resellers-secret", reseller_active=True)
    )
    client.sip.add_domain(r.SipDomain(domain="example.com", customer=reseller.id, reseller=reseller.id))
    client.sip.add_account(r.SipAccount(id=ALICE, password="alices-secret"))
    return client


@pytest.fixture
def reseller(ngnpro: Ngnpro) -> r.CustomerAccount:
    found = ngnpro.customers.find_account("reseller")
    assert found is not None
    return found


def test_customers(ngnpro: Ngnpro, reseller: r.CustomerAccount) -> None:
    customer = ngnpro.customers.add_account(
        r.CustomerAccount(username="acme", password="acmes-secret", reseller=reseller.id, city="Zürich")
    )

    ngnpro.customers.update_account(replace(customer, city="Genève"))
    ngnpro.customers.set_properties(customer.id, [r.CustomerProperty(name="pstn_access", value="1")])

    assert ngnpro.customers.get_account(customer.id).city == "Genève"
    assert {entry.name: entry.value for entry in ngnpro.customers.get_properties(customer.id)}["pstn_access"] == "1"
    assert [found.username for found in ngnpro.customers.iter_resellers()] == ["reseller"]
    assert {found.username for found in ngnpro.customers.iter_customers()} >= {"acme"}
    ngnpro.customers.delete_account(customer.id)
    assert ngnpro.customers.find_account("acme") is None


def test_a_customer_signs_in_as_themselves(server: TestServer, ngnpro: Ngnpro) -> None:
    own = Ngnpro(
        ngnpro.engine, Credentials("reseller", "resellers-secret", admin=False), session=wsgi_session(server.app)
    )

    assert own.sip.get_domains().total == 1
    with pytest.raises(errors.BadLogin):
        Ngnpro(
            ngnpro.engine, Credentials("reseller", "wrong", admin=False), session=wsgi_session(server.app)
        ).sip.get_domains()


def test_accounts_and_groups(ngnpro: Ngnpro) -> None:
    account = ngnpro.sip.get_account(ALICE)

    ngnpro.sip.update_account(
        replace(account, first_name="Alice", acl=(r.AclEntry(ip="192.0.2.0", mask=24),), quota=50)
    )
    ngnpro.sip.add_to_group(ALICE, "free-pstn")

    changed = ngnpro.sip.get_account(ALICE)
    assert (changed.first_name, changed.quota, changed.groups) == ("Alice", 50, ("free-pstn",))
    assert changed.acl == (r.AclEntry(ip="192.0.2.0", mask=24),)
    assert ngnpro.sip.get_groups(ALICE) == ("free-pstn",)
    with pytest.raises(errors.AlreadyExists):
        ngnpro.sip.add_to_group(ALICE, "free-pstn")
    ngnpro.sip.remove_from_group(ALICE, "free-pstn")
    assert [found.id for found in ngnpro.sip.iter_accounts(r.SipFilter(first_name=Pattern("Al%")))] == [ALICE]


def test_aliases(ngnpro: Ngnpro) -> None:
    alias = r.SipId(username="info", domain="example.com")
    ngnpro.sip.add_alias(r.SipAlias(id=alias, target=ALICE))

    ngnpro.sip.update_alias(replace(ngnpro.sip.get_alias(alias), target=BOB))

    assert [found.target for found in ngnpro.sip.iter_aliases(r.AliasFilter(alias_username="info"))] == [BOB]
    ngnpro.sip.delete_alias(alias)
    with pytest.raises(errors.Missing):
        ngnpro.sip.get_alias(alias)


def test_trusted_peers(ngnpro: Ngnpro, reseller: r.CustomerAccount) -> None:
    ngnpro.sip.add_trusted_peer(r.TrustedPeer(ip="192.0.2.9", description="Office", reseller=reseller.id))
    peer = ngnpro.sip.find_trusted_peer("192.0.2.9")
    assert peer is not None

    ngnpro.sip.update_trusted_peer(replace(peer, call_limit=10, tags="a b"))

    assert [found.call_limit for found in ngnpro.sip.iter_trusted_peers(r.TrustedPeerFilter(tags=Pattern("%a%")))] == [
        10
    ]
    ngnpro.sip.delete_trusted_peer("192.0.2.9")
    assert ngnpro.sip.find_trusted_peer("192.0.2.9") is None


def test_pstn_routing(ngnpro: Ngnpro, reseller: r.CustomerAccount) -> None:
    carrier = ngnpro.sip.add_carrier(r.Carrier(name="Blue", reseller=reseller.id))
    gateway = ngnpro.sip.add_gateway(r.Gateway(name="gw1", carrier_id=carrier.id, ip="192.0.2.5"))
    rule = ngnpro.sip.add_gateway_rule(r.GatewayRule(gateway_id=gateway.id, prefix="0031", strip=4, prepend="0"))
    ngnpro.sip.add_routes([r.Route(prefix="0031", carrier_id=carrier.id), r.Route(carrier_id=carrier.id, priority=1)])
    first, *others = ngnpro.sip.iter_routes(r.RouteFilter(carrier_id=carrier.id))

    ngnpro.sip.update_carrier(replace(carrier, name="Red"))
    ngnpro.sip.update_gateway(replace(gateway, port=5080))
    ngnpro.sip.update_gateway_rule(replace(rule, strip=0))
    ngnpro.sip.update_routes([replace(first, priority=7)])

    assert ngnpro.sip.find_carrier(carrier.id) == replace(carrier, name="Red", change_date=_date(ngnpro, carrier))
    assert [found.port for found in ngnpro.sip.iter_gateways(r.GatewayFilter(name="gw1"))] == [5080]
    assert [found.strip for found in ngnpro.sip.iter_gateway_rules(r.GatewayRuleFilter(gateway_id=gateway.id))] == [0]
    assert {route.id: route.priority for route in ngnpro.sip.iter_routes()}[first.id] == 7
    with pytest.raises(errors.InUse):
        ngnpro.sip.delete_carrier(carrier.id)
    ngnpro.sip.delete_routes(route.id for route in (first, *others))
    ngnpro.sip.delete_gateway_rule(rule.id)
    ngnpro.sip.delete_gateway(gateway.id)
    ngnpro.sip.delete_carrier(carrier.id)
    assert ngnpro.sip.get_carriers().total == 0


def _date(ngnpro: Ngnpro, carrier: r.Carrier) -> str:
    found = ngnpro.sip.find_carrier(carrier.id)
    assert found is not None
    return found.change_date


def test_balances(ngnpro: Ngnpro) -> None:
    ngnpro.sip.update_account(replace(ngnpro.sip.get_account(ALICE), prepaid=True))

    change = ngnpro.sip.add_balance(ALICE, 12.5, "a first payment")

    assert (change.old_balance, change.new_balance) == (0.0, 12.5)
    assert [status.balance for status in ngnpro.sip.get_prepaid_status([ALICE])] == [12.5]
    assert [entry.description for entry in ngnpro.sip.get_credit_history(ALICE).entries] == ["a first payment"]
    with pytest.raises(errors.Missing):
        ngnpro.sip.add_balance_from_voucher(ALICE, r.PrepaidCard(id=1, number="12345678901"))


def test_the_phonebook(ngnpro: Ngnpro) -> None:
    entry = ngnpro.sip.add_phonebook_entry(ALICE, r.PhonebookEntry(uri="sip:bob@example.com", name="Bob"))
    ngnpro.sip.add_phonebook_entry(ALICE, r.PhonebookEntry(uri="sip:carol@example.com", name="Carol", group="vip"))

    ngnpro.sip.update_phonebook_entry(ALICE, replace(entry, name="Robert"))

    whole = ngnpro.sip.get_phonebook_entries(ALICE)
    assert {found.name for found in whole.entries} == {"Robert", "Carol"}
    ungrouped = ngnpro.sip.get_phonebook_entries(ALICE, r.PhonebookMatch(group=""))
    assert [found.name for found in ungrouped.entries] == ["Robert"]
    ngnpro.sip.delete_phonebook_entry(ALICE, "sip:bob@example.com")
    assert ngnpro.sip.find_phonebook_entry(ALICE, "sip:bob@example.com") is None


def test_call_handling(ngnpro: Ngnpro) -> None:
    rules = r.AcceptRules(
        persistent=(r.PersistentAcceptRule(days=31, start="09:00", stop="17:30", groups=("everybody",)),),
        temporary=r.TemporaryAcceptRule(groups=("nobody",), duration=30),
    )
    ngnpro.sip.set_call_diversions(ALICE, r.CallDiversions(fbus="sip:bob@example.com", fnol="sip:bob@example.com"))
    ngnpro.sip.set_accept_rules(ALICE, rules)
    ngnpro.sip.set_reject_members(ALICE, ["sip:spam@example.net"])
    ngnpro.sip.set_barring_prefixes(ALICE, ["+31900"])

    diversions = ngnpro.sip.get_call_diversions(ALICE)
    assert (diversions.fbus, diversions.fnol, diversions.func) == ("sip:bob@example.com", "sip:bob@example.com", None)
    assert ngnpro.sip.get_accept_rules(ALICE).rules.persistent == rules.persistent
    assert ngnpro.sip.get_reject_members(ALICE) == ("sip:spam@example.net",)
    assert ngnpro.sip.get_barring_prefixes(ALICE) == ("+31900",)

    ngnpro.sip.set_call_diversions(ALICE, replace(diversions, fbus=None))
    assert ngnpro.sip.get_call_diversions(ALICE) == r.CallDiversions(fnol="sip:bob@example.com")
    ngnpro.sip.set_call_diversions(ALICE, r.CallDiversions())
    assert ngnpro.sip.get_call_diversions(ALICE) == r.CallDiversions()


def test_calls_and_devices_of_a_quiet_account(ngnpro: Ngnpro) -> None:
    query = r.CallsQuery(placed=r.CallQuery(limit=5), received=r.CallQuery(limit=5))

    assert ngnpro.sip.get_calls(ALICE, query) == r.Calls()
    assert ngnpro.sip.get_call_statistics(ALICE).placed.calls == 0
    assert ngnpro.sip.get_sip_device_locations([ALICE]) == (r.SipDeviceLocations(),)


def test_numbers(ngnpro: Ngnpro, reseller: r.CustomerAccount) -> None:
    range_id, number = r.EnumRangeId(prefix="3120"), r.EnumId(number="31201234567")
    ngnpro.enum.add_range(
        r.EnumRange(id=range_id, min_digits=11, max_digits=11, size=10, customer=reseller.id, reseller=reseller.id)
    )
    stored = ngnpro.enum.add_number(r.EnumNumber(id=number, mappings=(r.EnumMapping(mapto="sip:alice@example.com"),)))

    ngnpro.enum.update_number(
        replace(stored, mappings=(*stored.mappings, r.EnumMapping(type="mailto", mapto="mailto:alice@example.com")))
    )

    changed = ngnpro.enum.get_number(number)
    assert changed.mappings[0].id == stored.mappings[0].id
    assert [mapping.type for mapping in changed.mappings] == ["sip", "mailto"]
    found = ngnpro.enum.find_range(range_id)
    assert found is not None
    assert found.used == 1
    assert ngnpro.enum.update_range(replace(found, info="Amsterdam")).info == "Amsterdam"
    assert [each.id for each in ngnpro.enum.iter_numbers(r.EnumNumberFilter(mapto="alice@example.com"))] == [number]
    with pytest.raises(errors.InUse):
        ngnpro.enum.delete_range(range_id)
    ngnpro.enum.delete_number(number)
    ngnpro.enum.delete_range(range_id)
    assert list(ngnpro.enum.iter_ranges()) == []


def test_zones_and_their_records(ngnpro: Ngnpro) -> None:
    zone = ngnpro.dns.add_zone(r.DnsZone(name="example.com", nameservers=("ns1.example.net",)))
    assert ngnpro.dns.update_zone(replace(zone, info="Shop", nameservers=())).nameservers == ()
    record = ngnpro.dns.add_record(r.DnsRecord(name="", zone="example.com", type="MX", value="mail", priority=10))
    assert (record.value, record.priority) == ("mail.example.com", 10)
    assert ngnpro.dns.update_record(replace(record, ttl=60)).ttl == 60
    alias = ngnpro.dns.add_fancy_record(
        r.DnsFancyRecord(name="info", zone="example.com", type="MBOXFW", value="a@b.example")
    )
    assert ngnpro.dns.update_fancy_record(replace(alias, value="c@b.example")).name == "info@example.com"
    with pytest.raises(errors.AlreadyExists):
        ngnpro.dns.add_record(replace(record, id=0))
    assert [found.id for found in ngnpro.dns.iter_records(r.DnsRecordFilter(zone="example.com"))] == [record.id]
    assert [found.id for found in ngnpro.dns.iter_fancy_records()] == [alias.id]
    ngnpro.dns.delete_record(record.id)
    ngnpro.dns.delete_fancy_record(alias.id)
    ngnpro.dns.delete_zone("example.com")
    assert list(ngnpro.dns.iter_zones()) == []


def test_mailboxes(ngnpro: Ngnpro) -> None:
    with pytest.raises(errors.Missing):
        ngnpro.voicemail.get_account(ALICE)
    box = ngnpro.voicemail.add_account(
        r.VoicemailAccount(sip_id=ALICE, name="Alice", password="123456", email="alice@example.com")
    )

    ngnpro.voicemail.update_account(replace(box, options=r.VoicemailOptions(delete=False)))

    changed = ngnpro.voicemail.get_account(ALICE)
    assert changed.mailbox
    assert not changed.options.delete
    ngnpro.voicemail.delete_account(ALICE)
    with pytest.raises(errors.Missing):
        ngnpro.voicemail.get_account(ALICE)


@pytest.mark.parametrize(
    "fetch",
    [
        lambda n: n.sip.get_domains,
        lambda n: n.sip.get_accounts,
        lambda n: n.sip.get_aliases,
        lambda n: n.sip.get_trusted_peers,
        lambda n: n.sip.get_carriers,
        lambda n: n.sip.get_gateways,
        lambda n: n.sip.get_gateway_rules,
        lambda n: n.sip.get_routes,
        lambda n: n.customers.get_customers,
        lambda n: n.customers.get_resellers,
        lambda n: n.enum.get_ranges,
        lambda n: n.enum.get_numbers,
        lambda n: n.dns.get_zones,
        lambda n: n.dns.get_records,
        lambda n: n.dns.get_fancy_records,
    ],
)
def test_every_list_can_be_asked_for_nothing(ngnpro: Ngnpro, fetch: Callable[[Ngnpro], Callable[..., object]]) -> None:
    page = fetch(ngnpro)(Query(range=Range(0, 1)))

    assert len(page.items) <= 1  # type: ignore[attr-defined]
