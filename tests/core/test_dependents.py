"""Deletion: what NGNPro does not report is unknown, not none, and nothing is deleted before it is known."""

from __future__ import annotations

import pytest
from django.test import Client

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.ngnpro.records import Carrier, Gateway
from tests.support.pages import Page
from tests.support.portal import Platform

URL = "/accounts/ada@example.com/delete/"


@pytest.mark.parametrize(
    ("port", "operation", "words"),
    [
        ("Voicemail", "getAccount", "Mailbox, with its messages"),
        ("Sip", "getAliases", "Aliases that point to it"),
        ("Sip", "getPhonebookEntries", "Contacts"),
    ],
)
def test_an_account_is_not_deleted_while_what_hangs_on_it_is_unknown(
    browser: Client, world: Platform, port: str, operation: str, words: str
) -> None:
    world.refuse(f"{port}.{operation}", code=FaultCode.NOT_PERMITTED)
    page = Page(browser.get(URL))
    assert f"did not say whether these would be deleted with it: {words}" in page.text
    assert page.root.xpath("//form//button[contains(@class, 'btn-danger')]") == []
    answer = browser.post(URL, {"name": "ada@example.com"})
    assert answer.status_code == 503
    assert world.account().id.username == "ada"


def test_numbers_that_could_not_be_counted_are_said_to_be_unknown(browser: Client, world: Platform) -> None:
    world.refuse("getNumbers", code=FaultCode.NOT_PERMITTED)
    assert "did not say whether these refer to it: Numbers that point to it" in Page(browser.get(URL)).text


def test_a_domain_is_not_deleted_while_its_accounts_are_unknown(browser: Client, world: Platform) -> None:
    world.refuse("Sip.getAccounts", code=FaultCode.NOT_PERMITTED)
    answer = browser.post("/domains/example.com/delete/", {"name": "example.com"})
    assert answer.status_code == 503
    assert world.ngnpro.sip.find_domain("example.com") is not None


@pytest.mark.parametrize(
    ("url", "operation", "words"),
    [
        ("/lcr/carriers/1/delete/", "getGateways", "Gateways"),
        ("/lcr/carriers/1/delete/", "getRoutes", "Routes"),
        ("/lcr/gateways/1/delete/", "getGatewayRules", "Gateway rules"),
    ],
)
def test_a_record_is_not_deleted_while_it_is_unknown_what_uses_it(
    browser: Client, platform: Platform, url: str, operation: str, words: str
) -> None:
    platform.ngnpro.sip.add_carrier(Carrier(name="Kestrel"))
    platform.ngnpro.sip.add_gateway(Gateway(name="Kestrel-1", carrier_id=1, ip="192.0.2.1"))
    if "carriers" in url:
        platform.ngnpro.sip.delete_gateway(1)
    platform.refuse(operation, code=FaultCode.NOT_PERMITTED)
    page = Page(browser.get(url))
    assert f"did not say whether these still use it: {words}" in page.text
    assert page.root.xpath("//form//button[contains(@class, 'btn-danger')]") == []
    platform.forget_calls()
    assert browser.post(url).status_code == 503
    assert [call for call in platform.calls if call.startswith("delete")] == []


def test_a_record_in_use_is_not_deleted_and_the_page_lists_what_uses_it(browser: Client, platform: Platform) -> None:
    platform.add_routing("Kestrel", "0031")
    answer = browser.post("/lcr/carriers/1/delete/")
    assert answer.status_code == 422
    assert "It is still in use. Delete these first: 1 Gateways 1 Routes" in Page(answer).text
    assert "deleteCarrier" not in platform.calls


def test_unknown_references_to_a_peer_are_reported_and_do_not_block(browser: Client, platform: Platform) -> None:
    platform.add_routing("Kestrel", "0031")
    platform.refuse("getGateways", code=FaultCode.NOT_PERMITTED)
    text = Page(browser.get("/lcr/peers/192.0.2.11/delete/")).text
    assert "did not say whether these refer to it: Gateways with the host 192.0.2.11" in text
    text = Page(browser.post("/lcr/peers/192.0.2.11/delete/", follow=True)).text
    assert "Whether 192.0.2.11 is still used could not be checked." in text


def test_an_undo_says_what_uses_a_record(browser: Client, platform: Platform) -> None:
    browser.post("/lcr/carriers/add/", {"name": "Kestrel"})
    platform.ngnpro.sip.add_gateway(Gateway(name="Kestrel-1", carrier_id=1, ip="192.0.2.1"))
    answer = browser.post("/journal/1/undo/")
    assert answer.status_code == 409
    assert "It is in use (Gateways: 1)" in Page(answer).text


def test_an_undo_deletes_nothing_while_what_hangs_on_it_is_unknown(browser: Client, platform: Platform) -> None:
    browser.post("/domains/add/", {"domain": "new.example"})
    platform.refuse("Sip.getAccounts", code=FaultCode.NOT_PERMITTED)
    answer = browser.post("/journal/1/undo/")
    assert answer.status_code == 409
    assert "did not say whether these depend on it: Accounts" in Page(answer).text
    assert platform.ngnpro.sip.find_domain("new.example") is not None
