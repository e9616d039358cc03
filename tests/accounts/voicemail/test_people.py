"""Who may open and change an account's mailbox, and play its greeting."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import SipId, VoicemailAccount
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.sounds import make_wav

PAGE = "/accounts/ada@example.com/voicemail/"
ADA, BOB = SipId.parse("ada@example.com"), SipId.parse("bob@other.example")
WRITES = ("", "add/", "delete/", "greeting/add/", "greeting/delete/")


@pytest.fixture(autouse=True)
def mailbox(world: Platform) -> VoicemailAccount:
    return world.ngnpro.voicemail.add_account(VoicemailAccount(sip_id=ADA, name="Ada", email="ada@example.com"))


def test_the_subscriber_changes_his_own_and_nobody_elses(people: dict[str, Client], world: Platform) -> None:
    browser = people["subscriber"]
    data = Page(browser.get(PAGE)).form_data()
    assert browser.post(PAGE, data | {"name": "Countess"}).status_code == 302
    assert world.ngnpro.voicemail.get_account(ADA).name == "Countess"
    assert browser.post(f"{PAGE}greeting/add/", {"file": SimpleUploadedFile("x", make_wav())}).status_code == 302
    assert browser.get(f"{PAGE}greeting/").status_code == 200
    for action in WRITES:
        assert browser.post(f"/accounts/bob@other.example/voicemail/{action}", data).status_code == 404
    assert or_none(world.ngnpro.voicemail.get_account, BOB) is None


def test_nobody_hears_the_greeting_of_a_foreign_account(people: dict[str, Client]) -> None:
    people["operator"].post(f"{PAGE}greeting/add/", {"file": SimpleUploadedFile("x", make_wav())})
    assert people["customer"].get(f"{PAGE}greeting/").status_code == 200
    for person in ("another customer", "another reseller", "another subscriber"):
        assert people[person].get(f"{PAGE}greeting/").status_code == 404
    assert people["anonymous"].get(f"{PAGE}greeting/").status_code == 302


def test_who_only_looks_sees_the_page_and_sends_nothing(people: dict[str, Client], world: Platform) -> None:
    browser = people["read-only operator"]
    page = Page(browser.get(PAGE))
    assert page.response.status_code == 200
    for words in ("Save mailbox", "Delete the mailbox", "Upload a greeting", "Use the platform's own"):
        assert words not in page.text
    for action in WRITES:
        assert browser.post(f"{PAGE}{action}", {"name": "x"}).status_code == 403
    assert world.ngnpro.voicemail.get_account(ADA).name == "Ada"
