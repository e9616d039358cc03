"""Calls to telephone numbers: rights, barring, limits, and the gateways that docs/routing.md says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support import needs
from tests.support.processes import free_port
from tests.support.telephony.phones import Device, Line

from .conftest import Office

pytestmark = [pytest.mark.real, pytest.mark.needs(needs.KAMAILIO, needs.SIPP)]


@pytest.fixture(scope="module")
def caller(office: Office) -> Line:
    """An account that may call the telephone network."""
    return office.account("caller", groups=["free-pstn"])


@pytest.fixture(scope="module")
def british(office: Office) -> int:
    """The port of a gateway for 0044, which wants national numbers."""
    port = office.device(number=1).port
    office.route("0044", port, {"prefix": "0044", "strip": 4, "prepend": "0"})
    return port


@pytest.fixture
def gateway(office: Office, british: int) -> Device:
    """The gateway for 0044, without memories."""
    found = office.device(number=1)
    assert found.port == british
    return found


@pytest.mark.parametrize("dialled", ["00447700900123", "+447700900123"])
def test_a_number_reaches_its_gateway_rewritten(office: Office, caller: Line, gateway: Device, dialled: str) -> None:
    assert caller.call(f"{dialled}@example.com") == 200
    assert gateway.received() == [f"sip:07700900123@127.0.0.1:{gateway.port}"]


def test_a_number_without_a_route_is_refused(office: Office, caller: Line, gateway: Device) -> None:
    assert caller.call("0033123456789@example.com") == 503
    assert gateway.received() == []


def test_an_account_without_the_right_to_call_out_is_refused(office: Office, gateway: Device) -> None:
    line = office.account("inside")
    assert line.call("00447700900123@example.com") == 403
    groups = ["free-pstn"]
    office.sip("updateAccount", account={"id": {"username": "inside", "domain": "example.com"}, "groups": groups})
    assert line.call("00447700900123@example.com") == 200
    assert len(gateway.received()) == 1


def test_a_barred_destination_is_refused(office: Office, gateway: Device) -> None:
    line = office.account("barred", groups=["free-pstn"])
    office.settings("setBarringPrefixes", "barred", prefixes=["+4477", "+1"])
    assert line.call("00447700900123@example.com") == 403
    assert line.call("+447700900123@example.com") == 403
    assert gateway.received() == []
    assert line.call("00441632960123@example.com") == 200


def test_an_account_over_its_quota_or_without_credit_is_refused(office: Office, gateway: Device) -> None:
    line = office.account("over", groups=["free-pstn", "quota"])
    assert line.call("00447700900123@example.com") == 403
    prepaid = office.account("prepaid", groups=["free-pstn"], prepaid=True)
    assert prepaid.call("00447700900123@example.com") == 402
    assert gateway.received() == []
    office.settings("addBalance", "prepaid", value=5, description="")
    assert prepaid.call("00447700900123@example.com") == 200


def test_the_call_limit_holds(office: Office, gateway: Device) -> None:
    line = office.account("limited", groups=["free-pstn"], callLimit=1)
    with line.talking("00447700900123@example.com"):
        assert line.call("00447700900124@example.com") == 486
    assert [uri.partition("@")[0] for uri in gateway.received()] == ["sip:07700900123"]


def test_the_caller_id_is_sent_or_hidden(office: Office, gateway: Device) -> None:
    line = office.account("shown", groups=["free-pstn"], rpid="442079460000")
    assert line.call("00447700900123@example.com") == 200
    assert "P-Asserted-Identity: <sip:442079460000@example.com>" in gateway.messages()
    gateway.forget()
    hidden = office.account("hidden", groups=["free-pstn", "anonymous"], rpid="442079460000")
    assert hidden.call("00447700900123@example.com") == 200
    origins = [line for line in gateway.messages().splitlines() if line.startswith("From:")]
    assert all("<sip:anonymous@anonymous.invalid>" in origin for origin in origins)
    assert "Privacy: id" in gateway.messages()


def test_a_short_number_is_completed(office: Office) -> None:
    line = office.account("31201234", quickdialPrefix="3120")
    phone = office.phone("31205678")
    assert line.call("5678@example.com") == 200
    assert phone.received() == [f"sip:31205678@127.0.0.1:{phone.port}"]


def test_a_diversion_to_a_number_takes_the_rights_of_the_account_that_diverts(
    office: Office, caller: Line, gateway: Device
) -> None:
    for name, groups in (("away", ["free-pstn"]), ("away-without", [])):
        office.account(name, groups=groups)
        office.settings("setCallDiversions", name, diversions={"FUNC": "sip:00447700900123@example.com"})
    assert caller.call("away@example.com") == 200
    assert caller.call("away-without@example.com") == 403
    assert len(gateway.received()) == 1


def test_a_dead_gateway_is_passed_over(office: Office, caller: Line) -> None:
    live = office.device(number=2)
    office.route("0033", free_port())
    office.route("00", live.port, {"prefix": "0033", "prepend": "99"})
    assert caller.call("0033123456789@example.com") == 200
    assert live.received() == [f"sip:990033123456789@127.0.0.1:{live.port}"]


def test_a_route_for_one_caller_is_taken_by_that_caller_only(office: Office, caller: Line, gateway: Device) -> None:
    own, other = office.device(number=3), office.account("other", groups=["free-pstn"])
    office.route("0044", own.port, originator="other@example.com")
    assert other.call("00447700900123@example.com") == 200
    assert caller.call("00447700900124@example.com") == 200
    assert own.received() == [f"sip:00447700900123@127.0.0.1:{own.port}"]
    assert gateway.received() == [f"sip:07700900124@127.0.0.1:{gateway.port}"]


class TestPeers:
    """Trusted peers call without a password; sipp calls from 127.0.0.1, which is the address of the peer here."""

    @pytest.fixture
    def peer(self, office: Office) -> Iterator[Callable[..., Line]]:
        """Return a function that makes this machine a peer, and returns a line of another platform."""

        def add(**members: Any) -> Line:
            record = {"ip": "127.0.0.1", "owner": office.platform.customer.id, **members}
            office.sip("addTrustedPeer", peer=record)
            line = office.line("visitor")
            return Line(line.folder, line.proxy_port, "visitor", domain="peer.example")

        yield add
        office.sip("deleteTrustedPeer", ip="127.0.0.1")

    def test_a_peer_calls_accounts_but_not_the_telephone_network(
        self, office: Office, gateway: Device, peer: Callable[..., Line]
    ) -> None:
        office.account("reached")
        phone = office.device(number=4)
        assert office.line("reached").register(phone.port) == 200
        line = peer()
        assert line.call("reached@example.com") == 200
        assert len(phone.received()) == 1
        assert line.call("00447700900123@example.com") == 403
        assert gateway.received() == []

    def test_a_transit_peer_has_its_number_rewritten_and_routed(
        self, gateway: Device, peer: Callable[..., Line]
    ) -> None:
        line = peer(transit=True, strip=2, prefix="00")
        assert line.call("99447700900123@example.com") == 200
        assert gateway.received() == [f"sip:07700900123@127.0.0.1:{gateway.port}"]

    def test_a_blocked_peer_is_refused(self, peer: Callable[..., Line]) -> None:
        assert peer(blocked=1).call("caller@example.com") == 403

    def test_the_capacity_of_a_peer_holds(self, gateway: Device, peer: Callable[..., Line]) -> None:
        line = peer(transit=True, callLimit=1)
        with line.talking("00447700900123@example.com"):
            assert line.call("00447700900124@example.com") == 503
        assert [uri.partition("@")[0] for uri in gateway.received()] == ["sip:07700900123"]


def test_who_is_neither_peer_nor_account_cannot_call_out(office: Office, gateway: Device) -> None:
    line = office.line("stranger")
    stranger = Line(line.folder, line.proxy_port, "stranger", domain="elsewhere.example")
    assert stranger.call("00447700900123@example.com") == 403
    assert stranger.call("someone@third.example") == 403
    assert gateway.received() == []
