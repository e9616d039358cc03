"""Who may open and change an account's mailbox, and play its greeting."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import SipId, VoicemailAccount
from tests.support.page_cases import ViewerCases
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.sounds import make_wav

PAGE = "/accounts/ada@example.com/voicemail/"
ADA, BOB = SipId.parse("ada@example.com"), SipId.parse("bob@other.example")
WRITES = ("", "add/", "delete/", "greeting/add/", "greeting/delete/")


@pytest.fixture(autouse=True)
def mailbox(world: Platform) -> VoicemailAccount:
    return world.ngnpro.voicemail.add_account(VoicemailAccount(sip_id=ADA, name="Ada", email="ada@example.com"))


class TestViewers(ViewerCases):
    url = PAGE
    buttons = ("Save mailbox", "Delete the mailbox", "Upload a greeting")

    @property
    def forms(self) -> Any:
        """The forms with a new file each time, since a file can be sent only once."""
        return {
            "": {"name": "Countess"},
            "greeting/add/": {"file": SimpleUploadedFile("x", make_wav())},
            "greeting/delete/": {},
            "delete/": {"name": "ada@example.com"},
            "add/": {"name": "Ada Byron", "email": "ada@mail.example"},
        }

    def stored(self, platform: Platform, address: str = "ada@example.com") -> Any:
        return or_none(platform.ngnpro.voicemail.get_account, SipId.parse(address))


def test_read_only_operators_are_not_offered_to_delete_a_greeting(people: dict[str, Client]) -> None:
    people["operator"].post(f"{PAGE}greeting/add/", {"file": SimpleUploadedFile("x", make_wav())})
    assert "Use the platform's greeting" in Page(people["operator"].get(PAGE)).text
    assert "Use the platform's greeting" not in Page(people["read-only operator"].get(PAGE)).text


def test_the_greeting_of_a_foreign_account_is_a_404(people: dict[str, Client]) -> None:
    people["operator"].post(f"{PAGE}greeting/add/", {"file": SimpleUploadedFile("x", make_wav())})
    assert people["customer"].get(f"{PAGE}greeting/").status_code == 200
    for person in ("another customer", "another reseller", "another subscriber"):
        assert people[person].get(f"{PAGE}greeting/").status_code == 404
    assert people["anonymous"].get(f"{PAGE}greeting/").status_code == 302
