"""Greetings: validated by content, sent to NGNPro, played to those who may see the account."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema.sip import sip_accounts
from ngnpro_wire.codec import Request
from portal.accounts.voicemail.models import Greeting
from portal.accounts.voicemail.services import delete_outdated_greetings
from portal.accounts.voicemail.tasks import clean_up_greetings
from portal.core.viewer import Role, Viewer
from portal.core.writes import Author, Write
from portal.ngnpro import CallReport, errors
from portal.ngnpro.records import SipId, VoicemailAccount
from tests.support.fault_injection import Answer, Serve
from tests.support.journal import everything, latest
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.sounds import make_sound, make_wav

PAGE = "/accounts/ada@example.com/voicemail/"
SOUND, ADD, DELETE = f"{PAGE}greeting/", f"{PAGE}greeting/add/", f"{PAGE}greeting/delete/"
ADA = SipId.parse("ada@example.com")


@pytest.fixture(autouse=True)
def mailbox(platform: Platform) -> VoicemailAccount:
    platform.add_domain("example.com")
    platform.add_account("ada@example.com")
    return platform.ngnpro.voicemail.add_account(VoicemailAccount(sip_id=ADA, name="Ada", email="ada@example.com"))


@pytest.fixture
def sent(platform: Platform) -> list[bytes]:
    """The greetings that the server receives."""
    found: list[bytes] = []

    def listen(request: Request, serve: Serve) -> Answer:
        found.append(request.arguments.get("message") or b"")
        return serve()

    platform.handle(["setAnnouncement"], listen)
    return found


def upload(browser: Client, data: bytes, name: str = "greeting.wav") -> Any:
    return browser.post(ADD, {"file": SimpleUploadedFile(name, data)})


def test_a_greeting_goes_to_ngnpro_and_can_be_heard_on_the_page(browser: Client, sent: list[bytes]) -> None:
    sound = make_wav(2)
    assert upload(browser, sound, "holiday.exe").status_code == 302
    assert sent == [sound]
    page = Page(browser.get(PAGE))
    assert page.root.xpath("//audio/@src") == [SOUND]
    answer = browser.get(SOUND)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "audio/wav")
    assert answer.content == sound
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "media-src 'self'" in answer.headers["Content-Security-Policy"]


def test_an_mp3_replaces_the_greeting_before_and_is_converted(browser: Client, sent: list[bytes]) -> None:
    upload(browser, make_wav(2))
    upload(browser, make_sound("mp3", "libmp3lame"), "x.mp3")
    assert browser.get(SOUND).headers["Content-Type"] == "audio/wav"
    assert browser.get(SOUND).content == sent[-1] != sent[0]
    assert Greeting.objects.count() == 1


@pytest.mark.parametrize(
    ("wanted", "status", "part", "said"),
    [
        ("bytes=0-3", 206, slice(0, 4), "bytes 0-3/32044"),
        ("bytes=32000-", 206, slice(32000, None), "bytes 32000-32043/32044"),
        ("bytes=-4", 206, slice(-4, None), "bytes 32040-32043/32044"),
        ("bytes=40000-", 416, slice(0, 0), "bytes */32044"),
        ("bytes=0-3,8-9", 200, slice(None), None),
        ("bytes=-", 200, slice(None), None),
    ],
)
def test_players_may_ask_for_a_part(
    browser: Client, sent: list[bytes], wanted: str, status: int, part: slice, said: str | None
) -> None:
    sound = make_wav(2)
    upload(browser, sound)
    answer = browser.get(SOUND, headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (status, sound[part])
    assert answer.headers.get("Content-Range") == said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<html>not a sound</html>", "not a sound in a known format"),
        (bytes(16_000_001), "16 MB are the most"),
        (make_wav(61, rate=2000), "more than 60 seconds"),
        (make_wav(2, loudness=0), "silent"),
        (b"", "The file is empty."),
    ],
)
def test_an_unsuitable_sound_is_explained_beside_the_field_and_not_sent(
    browser: Client, sent: list[bytes], data: bytes, said: str
) -> None:
    answer = upload(browser, data)
    assert answer.status_code == 422
    assert said in Page(answer).error_of("file")
    assert sent == []
    assert browser.get(SOUND).status_code == 404


def test_the_platforms_own_greeting_comes_back(browser: Client, sent: list[bytes]) -> None:
    upload(browser, make_wav(2))
    browser.post(DELETE)
    assert sent[-1] == b""
    assert browser.get(SOUND).status_code == 404


def test_the_journal_notes_a_greeting_and_not_its_sound(browser: Client, sent: list[bytes]) -> None:
    upload(browser, make_wav(2))
    entry = latest()
    assert (entry.key, entry.part, entry.operation) == ("ada@example.com", "greeting", "setAnnouncement")
    assert "2.0 seconds" in everything()
    assert "RIFF" not in everything()


def test_a_greeting_goes_with_its_mailbox_and_after_its_time(browser: Client, sent: list[bytes]) -> None:
    upload(browser, make_wav(2))
    Greeting.objects.update(at=timezone.now() - timedelta(days=31))
    assert browser.get(SOUND).status_code == 404
    assert clean_up_greetings() == 1
    upload(browser, make_wav(2))
    assert clean_up_greetings() == 0
    browser.post(f"{PAGE}delete/")
    assert Greeting.objects.count() == 0


def test_during_an_outage_nothing_is_kept(browser: Client, platform: Platform) -> None:
    platform.cut()
    assert upload(browser, make_wav(2)).status_code == 503
    assert Greeting.objects.count() == 0
    assert browser.post(DELETE).status_code == 503


def test_without_a_mailbox_there_is_no_greeting(browser: Client, platform: Platform) -> None:
    platform.ngnpro.voicemail.delete_account(ADA)
    assert browser.get(ADD).status_code == 404
    answer = upload(browser, make_wav(2))
    assert answer.status_code == 422
    assert "has no mailbox" in Page(answer).text


# --- which account a greeting belongs to


def add_again(platform: Platform, **values: Any) -> None:
    """Add an account with the same address and with a mailbox, as another NGNPro client does."""
    platform.add_account("ada@example.com", **values)
    platform.ngnpro.voicemail.add_account(VoicemailAccount(sip_id=ADA, name="Eve", email="eve@example.com"))


def made_later(platform: Platform) -> None:
    """Change the account's creation date to a later one than the first account's."""
    with transaction(platform.server.engine, write=True) as connection:
        connection.execute(sip_accounts.update().values(create_date=datetime(2031, 1, 1)))


def plays_nothing(browser: Client) -> bool:
    return browser.get(SOUND).status_code == 404 and not Page(browser.get(PAGE)).root.xpath("//audio")


def test_the_next_account_of_an_address_has_no_greeting_of_the_one_before(
    browser: Client, platform: Platform, sent: list[bytes]
) -> None:
    upload(browser, make_wav(2))
    platform.ngnpro.sip.delete_account(ADA)
    add_again(platform)
    made_later(platform)
    assert plays_nothing(browser)


def test_the_next_owner_of_an_account_has_no_greeting_of_the_one_before(
    browser: Client, platform: Platform, sent: list[bytes]
) -> None:
    upload(browser, make_wav(2))
    customer = platform.add_customer()
    platform.ngnpro.sip.update_account(dataclasses.replace(platform.account(), owner=customer.id))
    assert plays_nothing(browser)


def test_another_program_deletes_the_mailbox_and_its_greeting_is_not_played(
    browser: Client, platform: Platform, sent: list[bytes]
) -> None:
    upload(browser, make_wav(2))
    platform.ngnpro.voicemail.delete_account(ADA)
    assert browser.get(SOUND).status_code == 404


@pytest.mark.parametrize("page", ["/accounts/ada@example.com/delete/", "/domains/example.com/delete/"])
def test_deleting_an_account_or_mailbox_deletes_its_greeting(
    browser: Client, platform: Platform, sent: list[bytes], page: str
) -> None:
    upload(browser, make_wav(2))
    answer = browser.post(page, {"name": page.split("/")[2]})
    assert answer.status_code == 302, Page(answer).text
    assert Greeting.objects.count() == 0


@pytest.mark.parametrize(("error", "left"), [(errors.Uncertain, 0), (errors.NotPermitted, 1)])
def test_an_uncertain_deletion_deletes_the_greeting_and_a_refused_one_does_not(
    browser: Client, platform: Platform, sent: list[bytes], error: type[errors.NgnproError], left: int
) -> None:
    upload(browser, make_wav(2))
    call = CallReport(platform.ngnpro.gate.engine.name, "Sip", "deleteAccount", 0.1, "not ok")
    failed = error(0, "no") if issubclass(error, errors.Refusal) else error("no")
    author = Author(Viewer(Role.OPERATOR, login="ines"))
    delete_outdated_greetings(None, [Write(author, platform.account(), calls=[call], error=failed)])
    assert Greeting.objects.count() == left


def test_a_change_of_the_mailbox_leaves_the_greeting(browser: Client, sent: list[bytes]) -> None:
    upload(browser, make_wav(2))
    answer = browser.post(PAGE, Page(browser.get(PAGE)).form_data() | {"name": "Ada Byron"})
    assert answer.status_code == 302, Page(answer).text
    assert browser.get(SOUND).status_code == 200
