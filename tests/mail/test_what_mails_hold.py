"""The provisioning guide's "Encrypted passwords": which mail contains which password, in every case.

The platform stores SIP passwords in clear text or as hashes; an account has no web password, a clear text one, or a
hash; and the mail is sent when the account is added, later from its page, in bulk, or for a password reset.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core import mail

from ngnpro_server.config import Platform as PlatformSection
from portal.mail.kinds.account_information import queue_account_information
from portal.mail.outbox import tasks
from portal.mail.outbox.models import OutboxMessage
from portal.ngnpro.records import SipAccountProperty
from portal.people.models import LinkRequest
from portal.people.password_reset import services
from tests.support.portal import Platform
from tests.support.server import make_server

ADDRESS, RECIPIENT = "ada@example.com", "ada@mail.example"
SIP, WEB = "Canary-of-SIP-7f3a", "Canary-of-web-91bd"
HASHES = [hashlib.md5(text, usedforsecurity=False).hexdigest() for text in (b"one", b"two")]
WEB_PASSWORDS = {"none": "", "clear": WEB, "hashed": ":".join(HASHES)}


def at_creation() -> None:
    """Queue the mail as the page that adds accounts does; only that page knows the password."""
    queue_account_information(ADDRESS, RECIPIENT, password=SIP, reseller=0)


def later() -> None:
    queue_account_information(ADDRESS, RECIPIENT, reseller=0)


def in_bulk() -> None:
    for item in range(3):
        queue_account_information(ADDRESS, f"{item}.{RECIPIENT}", key=f"job 1, item {item}", reseller=0)


def for_a_reset() -> None:
    services.request_password_link(ADDRESS, "192.0.2.1")
    services.answer_request(LinkRequest.objects.get())


MOMENTS: dict[str, Callable[[], None]] = {
    "creation": at_creation,
    "later": later,
    "bulk": in_bulk,
    "reset": for_a_reset,
}


@dataclass(frozen=True)
class Expected:
    """The expected contents of a mail: its passwords and its sentences."""

    sip: bool
    web: bool
    how_to_set_sip: bool
    web_is_encrypted: bool
    link: bool = False


def expected(kept: str, web: str, moment: str) -> Expected:
    """Return what the guide requires."""
    if moment == "reset":
        return Expected(sip=False, web=False, how_to_set_sip=False, web_is_encrypted=False, link=True)
    knows = kept == "clear" or moment == "creation"
    return Expected(sip=knows, web=web == "clear", how_to_set_sip=not knows, web_is_encrypted=web == "hashed")


@pytest.fixture
def of_platform(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Platform]:
    """A function that makes a platform with this password storage and an account with this kind of web password."""

    def make(kept: str, web: str) -> Platform:
        section = PlatformSection(store_clear_text_passwords=kept == "clear")
        platform.adapter.app = make_server(tmp_path_factory.mktemp("kept"), platform=section).app
        platform.add_domain("example.com")
        stored = SipAccountProperty(name="web_password", value=WEB_PASSWORDS[web])
        platform.add_account(ADDRESS, email=RECIPIENT, password=SIP, properties=(stored,) if stored.value else ())
        return platform

    return make


def texts_of(sent: mail.EmailMessage) -> list[str]:
    """Return the text and the HTML of a mail, as a mail program shows them."""
    message = sent.message()
    parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    assert [part.get_content_subtype() for part in parts] == ["plain", "html"]
    return [part.get_payload(decode=True).decode() for part in parts]  # type: ignore[union-attr]


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("web", WEB_PASSWORDS)
@pytest.mark.parametrize("kept", ["clear", "encrypted"])
def test_each_password_is_in_the_mails_that_may_tell_it_and_in_no_other(
    of_platform: Callable[[str, str], Platform], kept: str, web: str, moment: str
) -> None:
    account = of_platform(kept, web).account()
    MOMENTS[moment]()
    for message in OutboxMessage.objects.all():
        tasks.deliver_mail(str(message.pk))
    assert len(mail.outbox) == (3 if moment == "bulk" else 1)
    for text in (text for sent in mail.outbox for text in texts_of(sent)):
        found = Expected(
            sip=SIP in text,
            web=WEB in text,
            how_to_set_sip="The SIP password is stored encrypted" in text and "set a new one" in text,
            web_is_encrypted="Your web password is stored encrypted" in text,
            link="/session/password/link/" in text,
        )
        assert found == expected(kept, web, moment)
        assert not [value for value in (account.ha1, account.ha1b, *HASHES) if value and value in text]


def test_a_password_that_waited_too_long_is_left_out_and_the_mail_says_how_to_set_a_new_one(
    of_platform: Callable[[str, str], Platform],
) -> None:
    of_platform("encrypted", "none")
    at_creation()
    message = OutboxMessage.objects.get()
    OutboxMessage.objects.update(sealed_until=message.created_at)
    tasks.deliver_mail(str(message.pk))
    for text in texts_of(mail.outbox[0]):
        assert SIP not in text
        assert "The SIP password is stored encrypted" in text
