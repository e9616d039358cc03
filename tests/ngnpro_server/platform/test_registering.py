"""Phones register with what NGNPro says of their accounts, and NGNPro shows them."""

from __future__ import annotations

import pytest

from ngnpro_wire.facts.passwords import digests_of_password
from tests.support import needs
from tests.support.processes import wait_until
from tests.support.telephony.encrypted import EncryptedPhone

from .conftest import Office

pytestmark = [pytest.mark.real, pytest.mark.needs(needs.KAMAILIO, needs.SIPP)]


def test_a_new_account_registers_and_is_shown_as_a_device(office: Office) -> None:
    line = office.account("anna")
    assert line.register(contact=20001) == 200
    [found] = office.sip("getSipDeviceLocations", sipIds=[{"username": "anna", "domain": "example.com"}])
    [shown] = found["locations"]
    assert (shown["address"], shown["port"], shown["transport"]) == ("127.0.0.1", 20001, "udp")
    assert shown["userAgent"] == "sipp"
    assert 290 <= shown["expires"] <= 300


def test_an_account_whose_password_is_stored_encrypted_registers(office: Office) -> None:
    pair = ":".join(digests_of_password("arno", "example.com", "hidden"))
    office.account("arno", pair)
    assert office.account_row("arno")["password"] == ""
    assert office.line("arno", "hidden").register() == 200


def test_an_account_whose_password_is_stored_in_clear_registers(office: Office) -> None:
    properties = [{"name": "store_clear_text_passwords", "value": "1"}]
    office.platform.call("Customer", "setProperties", customer=office.platform.reseller.id, properties=properties)
    line = office.account("asta", "plain-to-see")
    assert office.account_row("asta")["password"] == "plain-to-see"
    assert line.register() == 200


def test_a_wrong_password_is_refused(office: Office) -> None:
    office.account("axel")
    assert office.line("axel", "wrong").register() == 401
    assert office.line("nobody").register() == 401


def test_a_blocked_account_can_neither_register_nor_call(office: Office) -> None:
    line = office.account("alma", groups=["blocked"])
    assert line.register() == 403
    assert line.call("anna@example.com") == 403


def test_a_new_domain_is_served_at_once(office: Office) -> None:
    office.platform.add_domain("second.example")
    office.platform.add_account("anna", "second.example")
    line = office.line("anna")
    second = type(line)(line.folder, line.proxy_port, "anna", domain="second.example")
    wait_until(lambda: second.register() == 200, "the proxy has loaded the domain")


def test_an_access_list_confines_an_account_to_its_networks(office: Office) -> None:
    outside = office.account("abel", acl=[{"ip": "192.0.2.0", "mask": 24}])
    assert outside.register() == 403
    inside = office.account("adam", acl=[{"ip": "192.0.2.0", "mask": 24}, {"ip": "127.0.0.0", "mask": 8}])
    assert inside.register() == 200


def test_a_phone_registers_by_encrypted_sip(office: Office) -> None:
    office.account("anke")
    phone = EncryptedPhone(office.proxy.tls_port, "anke")
    assert phone.register("wrong") == [401, 401]
    assert phone.register("secret") == [401, 200]
    [found] = office.sip("getSipDeviceLocations", sipIds=[{"username": "anke", "domain": "example.com"}])
    assert [shown["transport"] for shown in found["locations"]] == ["tls"]
