"""An operator who may not see passwords receives none by mail, whatever they change before they send."""

from __future__ import annotations

import dataclasses

import pytest
from django.core import mail
from django.test import Client

from ngnpro_server.config import Platform as PlatformSection
from portal.mail.outbox import tasks
from portal.mail.outbox.models import OutboxMessage
from portal.mail.registry import mail_kinds
from portal.mail.text.models import MailTemplate
from portal.ngnpro.records import SipAccountProperty
from portal.people.operators.models import Operator
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, PASSWORD, Platform, signed_in
from tests.support.server import make_server

SIP, WEB, TYPED = "Canary-of-SIP-7f3a", "Canary-of-web-91bd", "Canary-typed-5c1e"
SECRETS = (SIP, WEB, CUSTOMER["password"])


@pytest.fixture
def clear(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Platform:
    """A platform that stores clear text passwords, with a customer and an account that has both passwords."""
    keeps_clear = PlatformSection(store_clear_text_passwords=True)
    platform.adapter.app = make_server(tmp_path_factory.mktemp("clear"), platform=keeps_clear).app
    customer = platform.add_customer("Harbour")
    platform.add_domain("example.com", customer=customer.id)
    web = SipAccountProperty(name="web_password", value=WEB)
    platform.add_account("ada@example.com", password=SIP, properties=(web,), owner=customer.id)
    return platform


@pytest.fixture
def blind(clear: Platform, operator: Operator) -> Client:
    """The browser of an operator who may change everything and may not see passwords."""
    Operator.objects.create_user("blind", PASSWORD, email="blind@mail.example", may_see_passwords=False)
    return signed_in("blind", PASSWORD)


def delivered() -> str:
    """Deliver the queued mails as the worker does; return their contents, including HTML."""
    for message in OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED):
        tasks.deliver_mail(str(message.pk))
    return "\n".join(str(sent.message()) + str(sent.body) for sent in mail.outbox)


def move_account(clear: Platform) -> None:
    """Change the account's e-mail address to the operator's, as its edit page does."""
    clear.ngnpro.sip.update_account(dataclasses.replace(clear.account(), email="blind@mail.example"))


def test_account_information_is_sent_without_passwords_and_says_so_before(clear: Platform, blind: Client) -> None:
    move_account(clear)
    page = Page(blind.get("/mail/send/accounts/", {"address": "ada@example.com"}))
    assert page.text.count("Left out: you may not see passwords.") == 2
    blind.post("/mail/send/accounts/", {"address": "ada@example.com", "send": "yes"})
    text = delivered()
    assert mail.outbox[0].to == ["blind@mail.example"]
    assert "This mail contains no passwords." in text
    assert "stored encrypted" not in text
    assert not [secret for secret in SECRETS if secret in text]


def test_an_operator_who_may_see_passwords_still_sends_them(clear: Platform, operator: Operator) -> None:
    signed_in("ines", PASSWORD).post("/mail/send/accounts/", {"address": "ada@example.com", "send": "yes"})
    text = delivered()
    assert SIP in text
    assert WEB in text


def test_a_mail_that_waits_has_no_password_that_was_set_meanwhile(clear: Platform, blind: Client) -> None:
    typed = {"username": "cleo", "domain": "example.com", "first_name": "Cleo", "last_name": "Byron"}
    more = {"email": "blind@mail.example", "timezone": "Europe/London", "send_information": "on", "password": TYPED}
    answer = blind.post("/accounts/add/", typed | more, follow=True)
    assert answer.redirect_chain, Page(answer).text
    web = SipAccountProperty(name="web_password", value=WEB)
    account = clear.account("cleo@example.com")
    clear.ngnpro.sip.update_account(dataclasses.replace(account, password=SIP, properties=(web,)))
    text = delivered()
    assert TYPED in text
    assert not [secret for secret in SECRETS if secret in text]


def test_the_login_of_a_customer_is_not_theirs_to_send(clear: Platform, blind: Client) -> None:
    assert "Send details" not in Page(blind.get("/customers/1/")).links()
    assert blind.get("/mail/send/customer/1/").status_code == 404
    assert blind.post("/mail/send/customer/1/").status_code == 404
    assert OutboxMessage.objects.count() == 0


@pytest.mark.parametrize("kind", [kind.name for kind in mail_kinds().values() if kind.secrets])
def test_they_write_no_template_that_passwords_are_filled_into(clear: Platform, blind: Client, kind: str) -> None:
    page = f"/mail/templates/{kind}/"
    leak = {"subject": "S", "text": "https://blind.example/{{ password }}", "account": "ada@example.com"}
    assert blind.post(page, leak).status_code == 404
    assert blind.post(f"{page}look/", leak).status_code == 404
    assert blind.post(f"{page}test/", {"account": "ada@example.com"}).status_code == 404
    assert page not in Page(blind.get("/mail/templates/")).links().values()
    assert MailTemplate.objects.count() == 0


def test_letters_have_dots_and_pages_that_show_mails_are_closed(clear: Platform, blind: Client) -> None:
    letter = Page(blind.get("/mail/letters/", {"address": "ada@example.com"})).text
    assert "••••" in letter
    assert not [secret for secret in SECRETS if secret in letter]
    assert blind.get("/mail/letters/pdf/", {"address": "ada@example.com"}).status_code == 200
    for page in ("/mail/outbox/", "/mail/folder/"):
        assert blind.get(page).status_code == 404
