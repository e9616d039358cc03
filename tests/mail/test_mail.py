"""The outbox, its worker, and the contents of the account information."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from ngnpro_server.config import Platform as PlatformSection
from portal.mail.kinds.account_information import queue_account_information
from portal.mail.outbox import delivery, tasks
from portal.mail.outbox.delivery import MOST_ATTEMPTS
from portal.mail.outbox.models import OutboxMessage
from portal.mail.text.composing import compose_mail
from portal.ngnpro.records import SipAccountProperty
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.queued_mails import given_to_workers

State = OutboxMessage.State


def body_of(message: OutboxMessage) -> str:
    written = compose_mail(message)
    return str(written.body) + "".join(str(part.content) for part in written.alternatives)


def test_the_worker_sends_the_account_information_once(message: OutboxMessage) -> None:
    tasks.deliver_mail(str(message.pk))
    tasks.deliver_mail(str(message.pk))
    assert len(mail.outbox) == 1
    sent = mail.outbox[0]
    assert sent.to == ["ada@mail.example"]
    assert sent.subject == "Your SIP account ada@example.com"
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    message.refresh_from_db()
    assert message.state == State.SENT


def test_the_mail_has_text_and_html_that_say_the_same(message: OutboxMessage) -> None:
    written = compose_mail(message)
    (html,) = written.alternatives
    assert html.mimetype == "text/html"
    for words in ("ada@example.com", "web-secret", "Hello Ada,"):
        assert words in str(written.body)
        assert words in str(html.content)


def test_an_encrypted_password_is_left_out_and_the_mail_says_so(message: OutboxMessage, platform: Platform) -> None:
    text = body_of(message)
    assert "a-secret-of-ada" not in text
    assert platform.account().ha1 not in text
    assert "stored encrypted" in text


def test_a_web_password_that_is_a_hash_is_left_out(platform: Platform) -> None:
    platform.add_domain("example.com")
    halves = [hashlib.md5(text, usedforsecurity=False).hexdigest() for text in (b"one", b"two")]
    hashed = SipAccountProperty(name="web_password", value=":".join(halves))
    platform.add_account("ada@example.com", properties=(hashed,))
    text = body_of(queue_account_information("ada@example.com", "ada@mail.example", reseller=0))
    assert halves[0] not in text
    assert "Web password" not in text


def test_names_with_markup_are_text_in_the_html_and_cannot_break_headers(platform: Platform) -> None:
    platform.add_domain("example.com")
    platform.add_account("ada@example.com", first_name="<b>Ada</b>")
    written = compose_mail(queue_account_information("ada@example.com", "ada@mail.example", reseller=0))
    assert "<b>Ada</b>" in str(written.body)
    assert "<b>Ada</b>" not in str(written.alternatives[0].content)
    assert "\n" not in written.subject


def test_during_an_outage_the_message_waits_and_is_tried_again(message: OutboxMessage, platform: Platform) -> None:
    platform.cut()
    tasks.deliver_mail(str(message.pk))
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.QUEUED, 1)
    assert message.due_at > timezone.now()
    assert "NGNPro" in message.error
    assert delivery.take_due_mails() == []
    platform.mend()
    OutboxMessage.objects.update(due_at=timezone.now())
    for pk in delivery.take_due_mails():
        tasks.deliver_mail(pk)
    assert len(mail.outbox) == 1


def test_a_message_that_never_goes_out_is_given_up(message: OutboxMessage, platform: Platform) -> None:
    platform.cut()
    for _attempt in range(MOST_ATTEMPTS):
        tasks.deliver_mail(str(message.pk))
    message.refresh_from_db()
    assert message.state == State.FAILED


def test_two_workers_never_have_the_same_message(message: OutboxMessage) -> None:
    assert delivery.claim_mail(message.pk) is not None
    assert delivery.claim_mail(message.pk) is None


def test_the_task_carries_nothing_but_the_rows_key(account: str, django_capture_on_commit_callbacks: Any) -> None:
    with given_to_workers() as given, django_capture_on_commit_callbacks(execute=True):
        message = queue_account_information(account, "ada@mail.example", reseller=0)
    assert given == [(str(message.pk),)]


def test_the_row_holds_no_secret(message: OutboxMessage) -> None:
    row = " ".join(str(value) for value in OutboxMessage.objects.values_list().get())
    assert "secret" not in row


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MAIL_FOLDER = tmp_path / "mail"
    settings.EMAIL_FILE_PATH = str(settings.MAIL_FOLDER)
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    return tmp_path / "mail"


def test_without_a_mail_server_operators_read_the_folder(browser: Client, folder: Path, message: OutboxMessage) -> None:
    assert "No mail yet" in Page(browser.get("/mail/folder/")).text
    tasks.deliver_mail(str(message.pk))
    page = Page(browser.get("/mail/folder/"))
    assert "Your SIP account ada@example.com" in page.text
    letter = Page(browser.get(page.links()["Your SIP account ada@example.com"]))
    assert "web-secret" in letter.text


def test_only_messages_of_the_folder_can_be_read(browser: Client, folder: Path, platform: Platform) -> None:
    folder.mkdir()
    (folder.parent / "secret.log").write_text("Subject: no\n\nno")
    for name in ("..%2Fsecret", "%2e%2e%2fsecret", "nothing", "a.b"):
        assert browser.get(f"/mail/folder/{name}/").status_code == 404


def test_with_a_mail_server_the_mail_folder_has_no_page(browser: Client, settings: Any, platform: Platform) -> None:
    settings.EMAIL_HOST = "smtp.example.com"
    assert browser.get("/mail/folder/").status_code == 404
    assert "Mail folder" not in browser.get("/domains/").content.decode()


def test_a_platform_that_keeps_clear_text_sends_it(
    tmp_path_factory: pytest.TempPathFactory, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.support.server import make_server

    clear = make_server(tmp_path_factory.mktemp("clear"), platform=PlatformSection(store_clear_text_passwords=True))
    platform.adapter.app = clear.app
    platform.add_domain("example.com")
    platform.add_account("ada@example.com")
    text = body_of(queue_account_information("ada@example.com", "ada@mail.example", reseller=0))
    assert re.search(r"SIP password:\s+a-secret-of-ada", text)
    assert "stored encrypted" not in text
