"""Calls to telephone numbers: rights, barring, limits, and the gateways that docs/routing.md says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support import needs
from tests.support.processes import free_port
from tests.support.telephony.phones import Device, Line

from .conftest import Office

pytestmark = [pytest.mark.real, pytest.mark.needs(needs.KAMAILIO, needs.SIPP)]

Routed = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def caller(office: Office) -> Line:
    """An account that may call the telephone network."""
    return office.account("caller", groups=["free-pstn"])


@pytest.fixture(scope="module")
def british(office: Office) -> int:
    """The port of a gateway for 0044, which wants national numbers."""
    port = office.device(number=1).port
    carrier = office.sip("addCarrier", carrier={"name": "British", "reseller": office.platform.reseller.id})
    gateway = {"name": "british", "carrier_id": carrier["id"], "ip": "127.0.0.1", "port": port, "transport": "udp"}
    added = office.sip("addGateway", gateway=gateway)
    office.sip("addGatewayRule", rule={"gateway_id": added["id"], "prefix": "0044", "strip": 4, "prepend": "0"})
    office.sip("addRoutes", routes=[{"prefix": "0044", "carrier_id": carrier["id"]}])
    office.proxy.load()
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


def test_a_dead_gateway_is_passed_over(office: Office, caller: Line, routed: Routed) -> None:
    dead, live = free_port(), office.device(number=2)
    first, second = routed("Dead", dead), routed("Live", live.port, {"prefix": "0033", "prepend": "99"})
    routes = [{"prefix": "0033", "carrier_id": first["id"]}, {"prefix": "00", "carrier_id": second["id"]}]
    office.sip("addRoutes", routes=routes)
    office.proxy.load()
    assert caller.call("0033123456789@example.com") == 200
    assert live.received() == [f"sip:990033123456789@127.0.0.1:{live.port}"]


def test_a_route_for_one_caller_is_taken_by_that_caller_only(
    office: Office, caller: Line, gateway: Device, routed: Routed
) -> None:
    own, other = office.device(number=3), office.account("other", groups=["free-pstn"])
    carrier = routed("Own", own.port)
    route = {"prefix": "0044", "carrier_id": carrier["id"], "originator": "other@example.com"}
    office.sip("addRoutes", routes=[route])
    office.proxy.load()
    assert other.call("00447700900123@example.com") == 200
    assert caller.call("00447700900124@example.com") == 200
    assert own.received() == [f"sip:00447700900123@127.0.0.1:{own.port}"]
    assert gateway.received() == [f"sip:07700900124@127.0.0.1:{gateway.port}"]
