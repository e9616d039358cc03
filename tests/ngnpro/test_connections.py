"""Real connections: reused, cut, silent, refused, or with an untrusted certificate."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal.ngnpro import Engine, Ngnpro, errors
from portal.ngnpro import records as r
from tests.support.cutting import Cut, CuttingServer, cutting_server
from tests.support.keys import self_signed
from tests.support.processes import free_port, wait_until
from tests.support.server import ADMINISTRATOR, TestServer, make_server

pytestmark = pytest.mark.real

ALICE = r.SipId(username="alice", domain="example.com")
LOST = [Cut.AFTER, Cut.HALF, Cut.DURING]


@pytest.fixture
def server(tmp_path: Path) -> TestServer:
    return make_server(tmp_path)


@pytest.fixture
def wire(server: TestServer) -> Iterator[CuttingServer]:
    with cutting_server(server.app) as wire:
        yield wire


def client_of(url: str, **settings: Any) -> Ngnpro:
    engine = Engine(url=url, username=ADMINISTRATOR.username, password=ADMINISTRATOR.password, **settings)
    return Ngnpro(engine, pauses=(0.02, 0.4))


@pytest.fixture
def ngnpro(wire: CuttingServer) -> Ngnpro:
    return client_of(wire.url, read_timeout=0.5)


@pytest.fixture
def alice(ngnpro: Ngnpro) -> r.SipAccount:
    """An account in a domain of its own, as NGNPro returned it."""
    ngnpro.sip.add_domain(r.SipDomain(domain="example.com"))
    ngnpro.sip.add_account(r.SipAccount(id=ALICE, password="first-secret", first_name="Alice"))
    return ngnpro.sip.get_account(ALICE)


def test_connections_are_kept_and_used_again(wire: CuttingServer, ngnpro: Ngnpro) -> None:
    for _ in range(5):
        ngnpro.sip.get_domains()

    assert (wire.connections, len(wire.calls)) == (1, 5)


def test_a_connection_that_ended_while_it_was_kept_is_replaced(wire: CuttingServer, ngnpro: Ngnpro) -> None:
    wire.cuts["getDomains"] = Cut.CLOSE
    ngnpro.sip.get_domains()
    assert wire.broken.wait(180)

    ngnpro.sip.add_domain(r.SipDomain(domain="example.com"))

    assert ngnpro.sip.find_domain("example.com")


@pytest.mark.parametrize("cut", [Cut.BEFORE, Cut.AFTER, Cut.HALF])
def test_a_read_is_repeated_once(wire: CuttingServer, ngnpro: Ngnpro, cut: Cut) -> None:
    wire.cuts["getDomains"] = cut

    ngnpro.sip.get_domains()

    assert wire.calls == ["getDomains", "getDomains"]


@pytest.mark.parametrize("cut", LOST)
def test_an_addition_whose_answer_is_lost_is_found_done(
    wire: CuttingServer, ngnpro: Ngnpro, alice: r.SipAccount, cut: Cut
) -> None:
    wire.cuts["addAccount"] = cut
    bob = r.SipAccount(id=r.SipId(username="bob", domain="example.com"), password="bobs-secret", last_name="B")

    stored = ngnpro.sip.add_account(bob)

    assert (stored.id, stored.last_name) == (bob.id, "B")
    assert stored.ha1
    assert wire.calls.count("addAccount") == 2  # one for Alice, one for Bob


@pytest.mark.parametrize("cut", LOST)
def test_an_update_whose_answer_is_lost_is_found_done(
    wire: CuttingServer, ngnpro: Ngnpro, alice: r.SipAccount, cut: Cut
) -> None:
    wire.cuts["updateAccount"] = cut

    stored = ngnpro.sip.update_account(replace(alice, first_name="Alicia", groups=("free-pstn",)))

    assert (stored.first_name, stored.groups) == ("Alicia", ("free-pstn",))


@pytest.mark.parametrize("cut", LOST)
def test_a_new_password_whose_answer_is_lost_is_found_done(
    wire: CuttingServer, ngnpro: Ngnpro, alice: r.SipAccount, cut: Cut
) -> None:
    wire.cuts["updateAccount"] = cut

    ngnpro.sip.update_account(replace(alice, password="second-secret"))

    assert ngnpro.sip.get_account(ALICE).ha1 != alice.ha1


@pytest.mark.parametrize("cut", LOST)
def test_a_deletion_whose_answer_is_lost_is_found_done(
    wire: CuttingServer, ngnpro: Ngnpro, alice: r.SipAccount, cut: Cut
) -> None:
    wire.cuts["deleteAccount"] = cut

    ngnpro.sip.delete_account(ALICE)

    assert wire.calls.count("deleteAccount") == 1


def test_an_addition_that_never_arrived_is_found_not_done(wire: CuttingServer, ngnpro: Ngnpro) -> None:
    wire.cuts["addDomain"] = Cut.BEFORE

    with pytest.raises(errors.ConnectionFailed) as caught:
        ngnpro.sip.add_domain(r.SipDomain(domain="example.com"))

    assert (caught.value.sent, caught.value.nothing_changed) == (True, True)
    assert wire.calls.count("addDomain") == 1


def test_an_update_that_never_arrived_is_found_not_done(
    wire: CuttingServer, ngnpro: Ngnpro, alice: r.SipAccount
) -> None:
    wire.cuts["updateAccount"] = Cut.BEFORE

    with pytest.raises(errors.ConnectionFailed) as caught:
        ngnpro.sip.update_account(replace(alice, first_name="Alicia"))

    assert caught.value.nothing_changed


def test_a_new_password_that_never_arrived_is_found_not_done(
    wire: CuttingServer, ngnpro: Ngnpro, alice: r.SipAccount
) -> None:
    wire.cuts["updateAccount"] = Cut.BEFORE

    with pytest.raises(errors.ConnectionFailed) as caught:
        ngnpro.sip.update_account(replace(alice, password="second-secret"))

    assert caught.value.nothing_changed
    assert ngnpro.sip.get_account(ALICE).ha1 == alice.ha1


def test_a_deletion_that_never_arrived_is_found_not_done(
    wire: CuttingServer, ngnpro: Ngnpro, alice: r.SipAccount
) -> None:
    wire.cuts["deleteAccount"] = Cut.BEFORE

    with pytest.raises(errors.ConnectionFailed) as caught:
        ngnpro.sip.delete_account(ALICE)

    assert caught.value.nothing_changed
    assert ngnpro.sip.get_account(ALICE)


def test_a_change_without_an_answer_is_found_to_be_done(
    wire: CuttingServer, ngnpro: Ngnpro, alice: r.SipAccount
) -> None:
    wire.cuts["updateAccount"] = Cut.SILENCE

    assert ngnpro.sip.update_account(replace(alice, last_name="Liddell")).last_name == "Liddell"


def test_after_a_timeout_an_unmade_change_is_uncertain(wire: CuttingServer, ngnpro: Ngnpro) -> None:
    wire.cuts["addDomain"] = Cut.SILENCE_BEFORE

    with pytest.raises(errors.Uncertain, match="read the record before you repeat"):
        ngnpro.sip.add_domain(r.SipDomain(domain="example.com"))

    assert wire.calls.count("addDomain") == 1


def test_a_change_is_uncertain_if_reading_back_fails_too(
    wire: CuttingServer, ngnpro: Ngnpro, alice: r.SipAccount
) -> None:
    wire.cuts |= {"updateAccount": Cut.AFTER, "getAccount": Cut.SILENCE}

    with pytest.raises(errors.Uncertain) as caught:
        ngnpro.sip.update_account(replace(alice, last_name="Liddell"))

    assert not caught.value.nothing_changed


def test_an_update_that_another_client_overwrote_is_uncertain(
    wire: CuttingServer, server: TestServer, ngnpro: Ngnpro, alice: r.SipAccount
) -> None:
    wire.cuts["updateAccount"] = Cut.BEFORE
    server.call("Sip", "updateAccount", account={**alice.source, "firstName": "Alix"})

    with pytest.raises(errors.Uncertain):
        ngnpro.sip.update_account(replace(alice, first_name="Alicia"))


def test_an_answer_that_only_drips_is_a_time_out(wire: CuttingServer, ngnpro: Ngnpro) -> None:
    wire.cuts["getDomains"] = Cut.DRIP

    with pytest.raises(errors.TimedOut, match=r"within 0\.5 seconds"):
        ngnpro.sip.get_domains()


def test_a_silent_server_is_a_time_out_and_is_not_asked_again(wire: CuttingServer, ngnpro: Ngnpro) -> None:
    wire.cuts["getDomains"] = Cut.SILENCE

    with pytest.raises(errors.TimedOut) as caught:
        ngnpro.sip.get_domains()

    assert caught.value.sent
    assert wire.calls == ["getDomains"]


def test_a_caller_may_wait_longer_than_its_engine(wire: CuttingServer) -> None:
    engine = client_of(wire.url, read_timeout=0.000001).engine

    assert Ngnpro(engine, read_timeout=30).sip.get_domains().total == 0


def test_a_dead_server_is_left_alone_and_found_again_when_it_is_back(server: TestServer) -> None:
    port = free_port()
    client = client_of(f"http://127.0.0.1:{port}/")
    since = set()
    for _ in range(5):
        with pytest.raises(errors.ConnectionFailed) as caught:
            client.sip.add_domain(r.SipDomain(domain="example.com"))
        since.add(caught.value.since)
        assert caught.value.nothing_changed
    assert len(since) == 1
    assert None not in since
    assert "does not answer" in caught.value.text  # reported without a new call

    with cutting_server(server.app, port):
        wait_until(lambda: answers(client), "the client to find its server again")
        assert client.sip.get_domains().total == 0


def answers(client: Ngnpro) -> bool:
    try:
        client.sip.get_domains()
    except errors.Outage:
        return False
    return True


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "certificate.pem"
    path.write_text("".join(self_signed("localhost")))
    return path


@pytest.fixture
def secure_wire(server: TestServer, certificate: Path) -> Iterator[CuttingServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with cutting_server(server.app, tls=context) as wire:
        yield wire


def test_a_server_is_trusted_by_its_engines_authorities(secure_wire: CuttingServer, certificate: Path) -> None:
    client = client_of(f"https://localhost:{secure_wire.port}/", ca_file=certificate)

    assert client.sip.get_domains().total == 0


def test_an_untrusted_server_is_an_outage_and_gets_no_password(secure_wire: CuttingServer) -> None:
    client = client_of(f"https://localhost:{secure_wire.port}/")

    with pytest.raises(errors.TlsFailed) as caught:
        client.sip.add_domain(r.SipDomain(domain="example.com"))

    assert caught.value.nothing_changed
    assert secure_wire.calls == []


def test_a_server_of_another_name_is_an_outage(secure_wire: CuttingServer, certificate: Path) -> None:
    client = client_of(f"https://127.0.0.1:{secure_wire.port}/", ca_file=certificate)

    with pytest.raises(errors.TlsFailed):
        client.sip.get_domains()


def test_a_server_without_tls_is_an_outage(wire: CuttingServer) -> None:
    with pytest.raises(errors.TlsFailed):
        client_of(wire.url.replace("http:", "https:")).sip.get_domains()


def test_trust_can_be_given_blindly_for_a_test_network(secure_wire: CuttingServer) -> None:
    client = client_of(f"https://localhost:{secure_wire.port}/", verify=False)

    with pytest.warns(Warning, match="Unverified HTTPS"):
        assert client.sip.get_domains().total == 0
