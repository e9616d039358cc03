"""Updates that include the record as it was read do not overwrite what others have changed since then."""

from __future__ import annotations

import copy
import dataclasses
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from ngnpro_server.soap import as_read
from portal.ngnpro import Engine, Ngnpro, errors
from portal.ngnpro import records as r
from tests.support.platform import Platform
from tests.support.server import ADMINISTRATOR, TestServer
from tests.support.wsgi import wsgi_session

ADA = r.SipId(username="ada", domain="example.com")


@pytest.fixture
def ngnpro(server: TestServer) -> Ngnpro:
    return client(server)


def client(server: TestServer) -> Ngnpro:
    engine = Engine(url="http://ngnpro.test/", username=ADMINISTRATOR.username, password=ADMINISTRATOR.password)
    return Ngnpro(engine, session=wsgi_session(server.app))


@pytest.fixture
def ada(ngnpro: Ngnpro) -> r.SipAccount:
    ngnpro.sip.add_domain(r.SipDomain(domain="example.com"))
    ngnpro.sip.add_account(r.SipAccount(id=ADA, password="a-Secret-2026", first_name="Ada", last_name="Byron"))
    return ngnpro.sip.get_account(ADA)


def test_an_update_of_a_record_that_another_client_changed_is_refused(ngnpro: Ngnpro, ada: r.SipAccount) -> None:
    ngnpro.sip.update_account(dataclasses.replace(ada, last_name="Lovelace"))

    with pytest.raises(errors.ChangedMeanwhile, match="lastName"):
        ngnpro.sip.update_account(dataclasses.replace(ada, first_name="Augusta"))

    now = ngnpro.sip.get_account(ADA)
    assert (now.first_name, now.last_name) == ("Ada", "Lovelace")


def test_the_change_of_a_part_in_another_table_is_noticed(ngnpro: Ngnpro, ada: r.SipAccount) -> None:
    ngnpro.sip.add_to_group(ADA, "quota")

    with pytest.raises(errors.ChangedMeanwhile, match="groups"):
        ngnpro.sip.update_account(dataclasses.replace(ada, first_name="Augusta"))


def test_an_update_without_the_header_is_made_unconditionally(
    server: TestServer, ngnpro: Ngnpro, ada: r.SipAccount
) -> None:
    ngnpro.sip.update_account(dataclasses.replace(ada, last_name="Lovelace"))

    server.call("Sip", "updateAccount", account={**ada.source, "firstName": "Augusta"})

    assert ngnpro.sip.get_account(ADA).last_name == "Byron"


@pytest.mark.parametrize("same_field", [True, False])
def test_of_twelve_pairs_of_edits_in_the_same_instant_none_is_lost(
    server: TestServer, ngnpro: Ngnpro, ada: r.SipAccount, same_field: bool
) -> None:
    for number in range(12):
        read = ngnpro.sip.get_account(ADA)
        barrier = Barrier(2)
        second = "first_name" if same_field else "last_name"

        def edit(
            field: str, value: str, read: r.SipAccount = read, barrier: Barrier = barrier
        ) -> errors.ChangedMeanwhile | None:
            one = client(server)
            one.sip.get_account(ADA)
            barrier.wait()
            try:
                one.sip.update_account(dataclasses.replace(read, **{field: value}))  # type: ignore[arg-type]
            except errors.ChangedMeanwhile as error:
                return error
            return None

        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(edit, ("first_name", second), (f"A{number}", f"B{number}")))

        now = ngnpro.sip.get_account(ADA)
        assert [outcome is None for outcome in outcomes].count(True) == 1, outcomes
        winner = 0 if outcomes[0] is None else 1
        changed = ("first_name", second)[winner]
        assert getattr(now, changed) == ("A", "B")[winner] + str(number)
        other = "last_name" if changed == "first_name" else "first_name"
        assert getattr(now, other) == getattr(read, other)


def test_every_update_can_be_compared(platform: Platform, server: TestServer) -> None:
    ngnpro, tried = client(server), set()
    ngnpro.sip.add_domain(r.SipDomain(domain="elsewhere.example"))
    ngnpro.sip.add_account(r.SipAccount(id=ADA_THERE, password="a-Secret-2026", first_name="Ada", last_name="B"))
    for operation, read, update in updates(ngnpro, platform.customer.id):
        record = read()
        update(record)
        with pytest.raises(errors.ChangedMeanwhile):
            update(copy.copy(record))
        tried.add(operation)
    assert tried == set(as_read.READINGS)


ADA_THERE = r.SipId(username="ada", domain="elsewhere.example")
NIGHTS = r.PersistentAcceptRule(days=127, start="22:00", stop="23:59", groups=("nobody",))
PSTN_ACCESS = r.CustomerProperty(name="pstn_access", value="1")


def updates(ngnpro: Ngnpro, customer: int) -> list[tuple[tuple[str, str], Any, Any]]:
    """Return, for each update, how its record is read, and how to change it to new values."""
    sip, enum, dns = ngnpro.sip, ngnpro.enum, ngnpro.dns
    carrier = sip.add_carrier(r.Carrier(name="a_b"))
    gateway = sip.add_gateway(r.Gateway(name="gw_1", carrier_id=carrier.id, ip="192.0.2.7"))
    rule = sip.add_gateway_rule(r.GatewayRule(gateway_id=gateway.id, prefix="00"))
    route = sip.add_route(r.Route(prefix="0031", carrier_id=carrier.id, priority=1))
    assert route
    sip.add_trusted_peer(r.TrustedPeer(ip="192.0.2.9", description="one"))
    alias = r.SipId(username="front", domain="elsewhere.example")
    sip.add_alias(r.SipAlias(id=alias, target=ADA_THERE))
    sip.add_phonebook_entry(ADA_THERE, r.PhonebookEntry(uri="bob_1@example.com", name="Bob"))
    prefix, number = r.EnumRangeId(prefix="31208"), r.EnumId(number="31208001122")
    enum.add_range(r.EnumRange(id=prefix, min_digits=11, max_digits=11, size=100))
    enum.add_number(r.EnumNumber(id=number, mappings=(r.EnumMapping(mapto="sip:ada@example.com"),)))
    ngnpro.voicemail.add_account(r.VoicemailAccount(sip_id=ADA_THERE, name="Ada", password="1234"))
    zone = dns.add_zone(r.DnsZone(name="elsewhere.example", minimum=3600, retry=3600, expire=1209600)).name
    record = dns.add_record(r.DnsRecord(zone=zone, name="www", type="A", value="192.0.2.1"))
    forward = dns.add_fancy_record(r.DnsFancyRecord(zone=zone, name="shop", type="URL", value="https://example.org/"))

    def with_(save: Any, **changes: Any) -> Any:
        return lambda record: save(dataclasses.replace(record, **changes))

    return [
        (
            ("Sip", "updateDomain"),
            lambda: sip.find_domain("elsewhere.example"),
            with_(sip.update_domain, customer=customer),
        ),
        (("Sip", "updateAccount"), lambda: sip.get_account(ADA_THERE), with_(sip.update_account, first_name="X")),
        (("Sip", "updateAlias"), lambda: sip.get_alias(alias), with_(sip.update_alias, target=ADA)),
        (
            ("Sip", "updateTrustedPeer"),
            lambda: sip.find_trusted_peer("192.0.2.9"),
            with_(sip.update_trusted_peer, description="X"),
        ),
        (("Sip", "updateCarrier"), lambda: sip.find_carrier(carrier.id), with_(sip.update_carrier, name="X")),
        (("Sip", "updateGateway"), lambda: sip.find_gateway(gateway.id), with_(sip.update_gateway, name="X")),
        (
            ("Sip", "updateGatewayRule"),
            lambda: sip.find_gateway_rule(rule.id),
            with_(sip.update_gateway_rule, prefix="01"),
        ),
        (
            ("Sip", "updatePhonebookEntry"),
            lambda: sip.find_phonebook_entry(ADA_THERE, "bob_1@example.com"),
            lambda entry: sip.update_phonebook_entry(ADA_THERE, dataclasses.replace(entry, name="X")),
        ),
        (
            ("Sip", "setCallDiversions"),
            lambda: sip.get_call_diversions(ADA_THERE),
            lambda found: sip.set_call_diversions(ADA_THERE, dataclasses.replace(found, fbus="sip:x@example.com")),
        ),
        (("Sip", "updateRoutes"), lambda: sip.find_route(route.id), with_(sip.update_route, prefix="0032")),
        (
            ("Sip", "setAcceptRules"),
            lambda: sip.get_accept_rules(ADA_THERE).rules,
            lambda found: sip.set_accept_rules(ADA_THERE, dataclasses.replace(found, persistent=(NIGHTS,))),
        ),
        (
            ("Sip", "setRejectMembers"),
            lambda: sip.get_reject_members(ADA_THERE),
            lambda found: sip.set_reject_members(ADA_THERE, ["sip:spam@example.net"], found),
        ),
        (
            ("Sip", "setBarringPrefixes"),
            lambda: sip.get_barring_prefixes(ADA_THERE),
            lambda found: sip.set_barring_prefixes(ADA_THERE, ["+31900"], found),
        ),
        (
            ("Customer", "setProperties"),
            lambda: ngnpro.customers.get_properties(customer),
            lambda found: ngnpro.customers.set_properties(customer, [PSTN_ACCESS], found),
        ),
        (("Enum", "updateRange"), lambda: enum.find_range(prefix), with_(enum.update_range, size=200)),
        (("Enum", "updateNumber"), lambda: enum.get_number(number), with_(enum.update_number, info="X")),
        (("Dns", "updateZone"), lambda: dns.get_zone(zone), with_(dns.update_zone, info="X")),
        (("Dns", "updateRecord"), lambda: dns.get_record(record.id), with_(dns.update_record, value="192.0.2.2")),
        (
            ("Dns", "updateFancyRecord"),
            lambda: dns.get_fancy_record(forward.id),
            with_(dns.update_fancy_record, value="https://example.net/"),
        ),
        (
            ("Customer", "updateAccount"),
            lambda: ngnpro.customers.get_account(customer),
            with_(ngnpro.customers.update_account, first_name="X"),
        ),
        (
            ("Voicemail", "updateAccount"),
            lambda: ngnpro.voicemail.get_account(ADA_THERE),
            with_(ngnpro.voicemail.update_account, name="X"),
        ),
    ]
