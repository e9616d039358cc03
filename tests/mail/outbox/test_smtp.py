"""Delivery to a real mail server: encrypted and verified, and the meaning of its answers."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.mail.outbox import tasks
from portal.mail.outbox.models import OutboxMessage
from portal.mail.outbox.smtp import SENT_AGAIN
from tests.support.certificates import self_signed
from tests.support.mail_server import BREAK_OFF, TAKEN, MailServer, mail_server

pytestmark = [pytest.mark.real]

State = OutboxMessage.State


@pytest.fixture(autouse=True)
def smtp(settings: Any) -> None:
    settings.EMAIL_BACKEND = "portal.mail.outbox.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "127.0.0.1", False, False
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "Telephony <noreply@portal.example>"


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        yield server


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate that is valid for 127.0.0.1 and for no host name."""
    return self_signed(tmp_path)


def context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    return context


@pytest.fixture
def secure(settings: Any, certificate: Path) -> Iterator[MailServer]:
    with mail_server(starttls=context(certificate)) as server:
        settings.EMAIL_PORT, settings.EMAIL_USE_TLS = server.port, True
        yield server


def deliver(message: OutboxMessage) -> OutboxMessage:
    tasks.deliver_mail(str(message.pk))
    message.refresh_from_db()
    return message


def test_a_mail_has_the_headers_of_an_automatic_mail(message: OutboxMessage, server: MailServer, settings: Any) -> None:
    settings.MAIL_REPLY_TO = "help@portal.example"
    assert deliver(message).state == State.SENT
    [mail] = server.mails
    assert mail["Message-ID"] == f"<{message.pk}@portal.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Reply-To"] == "help@portal.example"
    assert mail["To"] == "ada@mail.example"
    assert mail["Date"]
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert not [name for name in mail if name.lower().startswith("list-") or name == SENT_AGAIN]


def test_starttls_with_a_certificate_that_is_good_carries_the_mail(
    message: OutboxMessage, secure: MailServer, settings: Any, certificate: Path
) -> None:
    settings.SMTP_CA_FILE = str(certificate)
    assert deliver(message).state == State.SENT
    assert secure.secured == [True]


def test_tls_from_the_first_byte_carries_the_mail(message: OutboxMessage, settings: Any, certificate: Path) -> None:
    settings.EMAIL_USE_SSL, settings.SMTP_CA_FILE = True, str(certificate)
    with mail_server(tls=context(certificate)) as server:
        settings.EMAIL_PORT = server.port
        assert deliver(message).state == State.SENT
        assert len(server.mails) == 1


def test_no_mail_is_sent_to_a_server_with_an_untrusted_certificate(message: OutboxMessage, secure: MailServer) -> None:
    assert deliver(message).state == State.QUEUED
    assert "There is no secure connection to the mail server" in message.error
    assert "self-signed certificate" in message.error
    assert not message.duplicate
    assert secure.mails == []


def test_a_certificate_for_another_name_gets_no_mail(
    message: OutboxMessage, secure: MailServer, settings: Any, certificate: Path
) -> None:
    settings.SMTP_CA_FILE, settings.EMAIL_HOST = str(certificate), "localhost"
    assert deliver(message).state == State.QUEUED
    assert "Hostname mismatch" in message.error
    assert secure.mails == []


def test_a_certificate_that_has_ended_gets_no_mail(message: OutboxMessage, settings: Any, tmp_path: Path) -> None:
    ended = self_signed(tmp_path, days=-1)
    settings.SMTP_CA_FILE, settings.EMAIL_USE_TLS = str(ended), True
    with mail_server(starttls=context(ended)) as server:
        settings.EMAIL_PORT = server.port
        assert deliver(message).state == State.QUEUED
    assert "expired" in message.error


def test_a_mail_server_without_starttls_gets_no_mail_where_it_is_wanted(
    message: OutboxMessage, server: MailServer, settings: Any
) -> None:
    settings.EMAIL_USE_TLS = True
    assert deliver(message).state == State.QUEUED
    assert "STARTTLS" in message.error
    assert server.mails == []


def test_a_recipient_who_is_refused_for_good_is_not_tried_again(message: OutboxMessage, server: MailServer) -> None:
    server.refusals["ada@mail.example"] = "550 No such user"
    assert deliver(message).state == State.FAILED
    assert message.error == "The mail server rejects the recipient: 550 No such user"
    assert message.attempts == 1


def test_a_recipient_who_is_refused_for_now_is_tried_again(message: OutboxMessage, server: MailServer) -> None:
    server.refusals["ada@mail.example"] = "451 Come back later"
    assert deliver(message).state == State.QUEUED
    assert "451 Come back later" in message.error
    server.refusals.clear()
    assert deliver(message).state == State.SENT
    assert SENT_AGAIN not in server.mails[0]


@pytest.mark.parametrize(("answer", "state"), [("554 Spam", State.FAILED), ("452 Disk full", State.QUEUED)])
def test_a_mail_that_is_refused_itself_is_tried_again_only_if_that_may_help(
    message: OutboxMessage, server: MailServer, answer: str, state: str
) -> None:
    server.answers = [answer]
    assert deliver(message).state == state
    assert answer in message.error
    assert not message.duplicate


def test_a_mail_sent_again_after_a_broken_connection_says_that_it_may_be_a_duplicate(
    message: OutboxMessage, server: MailServer
) -> None:
    server.answers = [BREAK_OFF, TAKEN]
    assert deliver(message).state == State.QUEUED
    assert message.duplicate
    assert deliver(message).state == State.SENT
    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert SENT_AGAIN not in first
    assert SENT_AGAIN in second


def test_an_unreachable_mail_server_is_tried_again_and_has_no_mail(message: OutboxMessage, settings: Any) -> None:
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
    assert deliver(message).state == State.QUEUED
    assert "The mail server does not answer" in message.error
    assert not message.duplicate


def test_a_wrong_login_is_for_the_operator_to_mend(message: OutboxMessage, server: MailServer, settings: Any) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "wrong-secret"
    assert deliver(message).state == State.QUEUED
    assert "wrong-secret" not in message.error


@pytest.mark.parametrize("recipient", ["", "not an address", "ada@mail.example\r\nBcc: eve@mail.example", "a@[x"])
def test_an_invalid_address_is_given_up_or_refused_and_no_one_else_gets_the_mail(
    message: OutboxMessage, server: MailServer, recipient: str
) -> None:
    OutboxMessage.objects.update(recipient=recipient)
    deliver(message)
    assert message.state != State.SENDING
    assert "eve@mail.example" not in server.recipients
