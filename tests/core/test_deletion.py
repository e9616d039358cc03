"""Deletion: what NGNPro does not say is unknown, not none, and nothing is deleted until it is known."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest
from django.test import Client

from ngnpro_server.faults import Fault
from ngnpro_server.ports import OPERATIONS
from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.pages import Page
from tests.support.portal import Platform

URL = "/accounts/ada@example.com/delete/"


def refuse(*_: Any, **__: Any) -> NoReturn:
    raise Fault(FaultCode.NOT_PERMITTED, "Not for you.")


@pytest.mark.parametrize(
    ("port", "operation", "words"),
    [
        ("Voicemail", "getAccount", "Mailbox, with its messages"),
        ("Sip", "getAliases", "Aliases that lead to it"),
        ("Sip", "getPhonebookEntries", "Contacts"),
    ],
)
def test_an_account_is_not_deleted_while_what_hangs_on_it_is_unknown(
    browser: Client, world: Platform, monkeypatch: pytest.MonkeyPatch, port: str, operation: str, words: str
) -> None:
    monkeypatch.setitem(OPERATIONS[port], operation, refuse)
    page = Page(browser.get(URL))
    assert f"did not say whether these would be deleted with it: {words}" in page.text
    assert page.root.xpath("//form//button[contains(@class, 'btn-danger')]") == []
    answer = browser.post(URL, {"name": "ada@example.com"})
    assert answer.status_code == 503
    assert world.account().id.username == "ada"


def test_numbers_that_could_not_be_counted_are_said_to_be_unknown(
    browser: Client, world: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(OPERATIONS["Enum"], "getNumbers", refuse)
    assert "did not say whether these lead to it: Numbers that lead to it" in Page(browser.get(URL)).text


def test_a_domain_is_not_deleted_while_its_accounts_are_unknown(
    browser: Client, world: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(OPERATIONS["Sip"], "getAccounts", refuse)
    answer = browser.post("/domains/example.com/delete/", {"name": "example.com"})
    assert answer.status_code == 503
    assert world.ngnpro.sip.find_domain("example.com") is not None


def test_an_undo_deletes_nothing_while_what_hangs_on_it_is_unknown(
    browser: Client, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.post("/domains/add/", {"domain": "new.example"})
    monkeypatch.setitem(OPERATIONS["Sip"], "getAccounts", refuse)
    answer = browser.post("/journal/1/undo/")
    assert answer.status_code == 409
    assert "did not say whether these depend on it: Accounts" in Page(answer).text
    assert platform.ngnpro.sip.find_domain("new.example") is not None
