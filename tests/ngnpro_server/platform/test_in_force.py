"""The SIP proxy is told of changes that it holds in its memory, and forgets the phones of accounts that changed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import needs
from tests.support.processes import wait_until
from tests.support.telephony.phones import Line

from .conftest import Office

pytestmark = [pytest.mark.real, pytest.mark.needs(needs.KAMAILIO, needs.SIPP)]


def registered(office: Office, line: Line) -> bool:
    try:
        office.proxy.command("ul.lookup", "location", f"{line.username}@{line.domain}")
    except OSError:
        return False
    return True


def loads(office: Office) -> dict[str, Any]:
    return {load["topic"]: load for load in office.platform.call("Platform", "getProxyLoads")}


def is_in_force(office: Office, topic: str) -> bool:
    return bool(loads(office)[topic]["state"] == "loaded")


def test_a_new_password_drops_the_phone_and_the_old_one_is_refused(office: Office) -> None:
    line = office.account("dora", "first")
    assert line.register() == 200
    assert registered(office, line)
    office.sip("updateAccount", account={"id": {"username": "dora", "domain": "example.com"}, "password": "second"})
    wait_until(lambda: not registered(office, line), "the phone is dropped")
    assert line.register() == 401
    assert office.line("dora", "second").register() == 200


def test_an_update_that_keeps_the_password_keeps_the_phone(office: Office) -> None:
    line = office.account("dirk")
    assert line.register() == 200
    sip_id = {"username": "dirk", "domain": "example.com"}
    office.sip("updateAccount", account={"id": sip_id, "password": "secret", "firstName": "Dirk"})
    office.sip("addDomain", domain={"domain": "dirk.example"})
    wait_until(lambda: is_in_force(office, "domains"), "the orders before are carried out")
    assert registered(office, line)


@pytest.mark.parametrize("how", ["addToGroup", "updateAccount"])
def test_a_blocked_account_loses_its_phone(office: Office, how: str) -> None:
    line = office.account(f"blocked-{how.lower()}")
    assert line.register() == 200
    sip_id = {"username": line.username, "domain": "example.com"}
    given = (
        {"sipId": sip_id, "group": "blocked"}
        if how == "addToGroup"
        else {"account": {"id": sip_id, "groups": ["blocked"]}}
    )
    office.sip(how, **given)
    wait_until(lambda: not registered(office, line), "the phone is dropped")
    assert line.register() == 403


def test_a_newcomer_under_a_used_name_has_not_the_phone_of_the_account_before(office: Office) -> None:
    line, caller = office.account("dana"), office.account("caller")
    assert line.register() == 200
    office.sip("deleteAccount", sipId={"username": "dana", "domain": "example.com"})
    wait_until(lambda: not registered(office, line), "the phone is dropped")
    office.account("dana", "another")
    assert caller.call("dana@example.com") == 480
    assert office.settings("getCallDiversions", "dana") == {}
    [found] = office.sip("getSipDeviceLocations", sipIds=[{"username": "dana", "domain": "example.com"}])
    assert found["locations"] == []


def test_a_deleted_domain_loses_its_phones_and_is_served_no_more(office: Office) -> None:
    office.platform.add_domain("gone.example")
    office.platform.add_account("dave", "gone.example")
    wait_until(lambda: is_in_force(office, "domains"), "the domain is loaded")
    one = office.line("dave")
    line = Line(one.folder, one.proxy_port, "dave", domain="gone.example")
    assert line.register() == 200
    office.sip("deleteDomain", domain="gone.example")
    wait_until(lambda: not registered(office, line), "the phone is dropped")
    wait_until(lambda: is_in_force(office, "domains"), "the domain is gone")
    assert line.register() == 403


def test_routing_is_in_force_without_further_ado(office: Office) -> None:
    gateway = office.device()
    caller = office.account("router", groups=["free-pstn"])
    carrier = office.sip("addCarrier", carrier={"name": "New", "reseller": office.platform.reseller.id})
    record = {"name": "new", "carrier_id": carrier["id"], "ip": "127.0.0.1", "port": gateway.port, "transport": "udp"}
    office.sip("addGateway", gateway=record)
    office.sip("addRoutes", routes=[{"prefix": "0044", "carrier_id": carrier["id"]}])
    wait_until(lambda: is_in_force(office, "routing") and is_in_force(office, "addresses"), "the routing is loaded")
    assert caller.call("00447700900123@example.com") == 200
    assert len(gateway.received()) == 1


def test_one_phone_of_two_is_signed_off(office: Office) -> None:
    line = office.account("doris")
    assert (line.register(contact=20011), line.register(contact=20012)) == (200, 200)
    sip_id = {"username": "doris", "domain": "example.com"}

    def ports() -> list[int]:
        [found] = office.sip("getSipDeviceLocations", sipIds=[sip_id])
        return sorted(phone["port"] for phone in found["locations"])

    assert ports() == [20011, 20012]
    office.platform.call("Platform", "dropRegistrations", sipId=sip_id, address="127.0.0.1", port=20011)
    assert ports() == [20012]
    assert registered(office, line)
    office.platform.call("Platform", "dropRegistrations", sipId=sip_id, address="", port=0)
    assert ports() == []
    assert not registered(office, line)


def test_a_change_that_no_proxy_takes_is_saved_and_not_in_force(office: Office) -> None:
    office.sip("addDomain", domain={"domain": "first.example"})
    wait_until(lambda: is_in_force(office, "domains"), "the domain is loaded")
    with office.proxy_away():
        office.sip("addDomain", domain={"domain": "second.example"})
        wait_until(lambda: loads(office)["domains"]["error"], "the failure is recorded")
        assert "does not answer" in loads(office)["domains"]["error"]
        assert not is_in_force(office, "domains")
    wait_until(lambda: is_in_force(office, "domains"), "the domain is loaded")
    assert loads(office)["domains"]["error"] == ""
