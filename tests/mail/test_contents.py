"""The contents of each mail: the right text, and no secret that does not belong in it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import lxml.html
import pytest

from ngnpro_server.config import Platform as PlatformSection
from portal.mail.kinds.account_information import queue_account_information
from portal.mail.outbox.models import OutboxMessage
from portal.mail.outbox.services import queue_mail
from portal.mail.registry import mail_kinds
from portal.mail.text.composing import compose_mail
from portal.ngnpro.records import (
    CustomerProperty,
    SipAccount,
    SipAccountProperty,
    SipAlias,
    SipId,
    VoicemailAccount,
)
from portal.people.password_reset import services
from tests.support.portal import CUSTOMER, Platform
from tests.support.server import make_server

SIP_PASSWORD, WEB_PASSWORD = "canary-of-the-phone", "canary-of-the-web"
HASH = ":".join(hashlib.md5(text, usedforsecurity=False).hexdigest() for text in (b"one", b"two"))
WEB = {"none": "", "clear": WEB_PASSWORD, "hashed": HASH}


def text_of(message: OutboxMessage) -> str:
    written = compose_mail(message)
    return str(written.body)


def all_of(message: OutboxMessage) -> str:
    written = compose_mail(message)
    return f"{written.subject} {written.body}" + "".join(str(part.content) for part in written.alternatives)


def keep_clear_text(platform: Platform, folder: Any) -> None:
    """Replace the usual server with one that stores clear text passwords."""
    clear = make_server(folder.mktemp("clear"), platform=PlatformSection(store_clear_text_passwords=True))
    platform.adapter.app = clear.app


def add_account(platform: Platform, web: str, **values: Any) -> SipAccount:
    stored = (SipAccountProperty(name="web_password", value=WEB[web]),) if WEB[web] else ()
    platform.add_domain("example.com")
    return platform.add_account("ada@example.com", password=SIP_PASSWORD, properties=stored, **values)


@pytest.mark.parametrize("moment", ["creation", "later", "bulk"])
@pytest.mark.parametrize("web", WEB)
@pytest.mark.parametrize("storage", ["clear", "encrypted"])
def test_the_account_information_holds_the_passwords_that_the_guide_says(
    platform: Platform, tmp_path_factory: pytest.TempPathFactory, storage: str, web: str, moment: str
) -> None:
    if storage == "clear":
        keep_clear_text(platform, tmp_path_factory)
    add_account(platform, web)
    secret = SIP_PASSWORD if moment == "creation" else ""
    mail = all_of(queue_account_information("ada@example.com", "ada@mail.example", password=secret, reseller=0))
    assert (SIP_PASSWORD in mail) is (storage == "clear" or moment == "creation")
    assert (WEB_PASSWORD in mail) is (web == "clear")
    assert ("set a new one, which" in mail) is (storage == "encrypted" and moment != "creation")
    assert ("Your web password is stored encrypted" in mail) is (web == "hashed")
    assert ("Sign in with your SIP password." in mail) is (web == "none")
    for never in filter(None, (HASH, *HASH.split(":"), platform.account().ha1)):
        assert never not in mail


@pytest.mark.parametrize("web", WEB)
@pytest.mark.parametrize("storage", ["clear", "encrypted"])
def test_a_password_reset_holds_no_password_at_all(
    platform: Platform, tmp_path_factory: pytest.TempPathFactory, storage: str, web: str
) -> None:

    if storage == "clear":
        keep_clear_text(platform, tmp_path_factory)
    add_account(platform, web)
    services.request_password_link("ada@example.com", "192.0.2.1")
    for pk in services.pending_requests():
        request = services.claim_request(pk)
        assert request is not None
        services.answer_request(request)
    mail = all_of(OutboxMessage.objects.get(kind="forgotten-password"))
    assert "/session/password/link/" in mail
    assert not [secret for secret in (SIP_PASSWORD, WEB_PASSWORD, HASH) if secret in mail]


def test_a_sip_password_that_is_a_pair_of_hashes_is_left_out(platform: Platform) -> None:
    from portal.mail.kinds.account_information import clear_password

    account = add_account(platform, "none")
    assert clear_password(replace(account, password=HASH)) == ""
    assert clear_password(replace(account, password="a:b")) == "a:b"


def test_a_password_that_waited_too_long_is_left_out_and_the_mail_says_how_to_get_one(
    platform: Platform, settings: Any
) -> None:
    settings.MAIL_SECRET_LIFETIME *= 0
    add_account(platform, "none")
    mail = text_of(queue_account_information("ada@example.com", "ada@mail.example", password=SIP_PASSWORD, reseller=0))
    assert SIP_PASSWORD not in mail
    assert "set a new one, which" in mail


def test_the_account_information_says_what_a_phone_and_its_user_need(world: Platform) -> None:
    ngnpro = world.ngnpro
    wanted = {
        "sip_proxy": "proxy.meridian.example",
        "voicemail_access_number": "1233",
        "support_company": "Meridian Telecom",
        "support_email": "help@meridian.example",
        "support_web": "https://help.meridian.example",
        "sip_settings_page": "https://my.meridian.example",
    }
    ngnpro.customers.set_properties(1, [CustomerProperty(name=name, value=value) for name, value in wanted.items()])
    ngnpro.voicemail.add_account(
        VoicemailAccount(sip_id=SipId.parse("ada@example.com"), name="Ada", password="4711", email="box@mail.example")
    )
    written = compose_mail(queue_account_information("ada@example.com", "ada@mail.example", reseller=0))
    lines = [" ".join(line.split()) for line in str(written.body).splitlines()]
    for line in (
        "Hello Ada,",
        "SIP address: ada@example.com",
        "SIP proxy: proxy.meridian.example",
        "Telephone number: +31208005169",
        "Alias: front@example.com",
        "Voicemail is sent to: box@mail.example",
        "Listen to voicemail: 1233",
        "Page: https://my.meridian.example",
        "Meridian Telecom",
        "https://help.meridian.example",
    ):
        assert line in lines, line
    assert "4711" not in str(written.body)
    assert written.from_email == "Meridian Telecom <noreply@localhost>"
    assert '<a href="https://my.meridian.example">' in str(written.alternatives[0].content)


def test_a_server_without_voicemail_and_numbers_still_has_account_information(platform: Platform) -> None:
    add_account(platform, "none")
    assert "Voicemail is sent to" not in text_of(
        queue_account_information("ada@example.com", "ada@mail.example", reseller=0)
    )


def test_a_customers_login_is_read_when_the_mail_is_written(platform: Platform) -> None:
    customer = platform.add_customer("Harbour Clinic")
    message = queue_mail("customer-login", str(customer.id), customer.email, reseller=0)
    assert CUSTOMER["password"] not in str(OutboxMessage.objects.values().get())
    text = text_of(message)
    assert "harbour.clinic" in text
    assert CUSTOMER["password"] in text


def test_changed_fields_are_named_without_their_values(platform: Platform) -> None:
    add_account(platform, "clear")
    facts = {"fields": ["email", "web_password", "quota", "sipExtra", "anotherExtra"]}
    text = text_of(queue_mail("account-changed", "ada@example.com", "old@mail.example", facts=facts, reseller=0))
    for words in ("E-mail address", "Web password", "Monthly quota", "both your old and your new e-mail address"):
        assert words in text
    assert text.count("Other settings") == 1
    assert WEB_PASSWORD not in text


def test_the_balance_is_that_of_the_moment(platform: Platform) -> None:
    platform.add_domain("example.com")
    account = platform.add_account("ada@example.com", prepaid=True)
    platform.ngnpro.sip.add_balance(account.id, 12.5, "a gift")
    assert "12.50" in text_of(queue_mail("balance-changed", "ada@example.com", "ada@mail.example", reseller=0))


@pytest.mark.parametrize(
    ("kind", "facts", "words"),
    [
        (
            "number-changed",
            {"happened": "added", "number": "31208005169"},
            "calls to it now reach your SIP account ada@",
        ),
        ("number-changed", {"happened": "removed", "number": "31208005169"}, "calls to it no longer reach"),
        ("number-changed", {"happened": "changed", "number": "31208005169"}, "was changed"),
        ("alias-changed", {"happened": "added", "alias": "desk@example.com"}, "desk@example.com was added:"),
        ("alias-changed", {"happened": "removed", "alias": "desk@example.com"}, "desk@example.com was removed:"),
        ("voicemail-changed", {"happened": "added", "email": "box@mail.example"}, "now has a mailbox"),
        ("voicemail-changed", {"happened": "removed"}, "was removed. Callers can no longer leave messages."),
        ("mailbox-pin", {}, "The PIN of the mailbox of your SIP account ada@example.com was changed."),
        ("new-place", mail_kinds()["new-place"].example, "192.0.2.7"),
        ("support-entered", mail_kinds()["support-entered"].example, "A member of the support team opened"),
        ("job-ended", mail_kinds()["job-ended"].example, "Your job has ended: Block"),
        ("quota-reached", {"spent": "25.10", "quota": "25"}, "Spent this month: 25.10"),
        *(
            ("alarm-raised", mail_kinds()["alarm-raised"].example | {"kind": kind}, words)
            for kind, words in (
                ("quota", "have reached its quota of 50."),
                ("spend", "cost 52.10 within an hour; the threshold is 50."),
                ("country", "called the country code 52.10"),
                ("short-calls", "made 52.10 short calls within an hour"),
            )
        ),
    ],
)
def test_every_other_mail_says_what_happened(platform: Platform, kind: str, facts: dict[str, Any], words: str) -> None:
    add_account(platform, "none")
    assert words in text_of(queue_mail(kind, "ada@example.com", "ada@mail.example", facts=facts, reseller=0))


def test_a_pin_is_in_the_mail_only_if_it_was_sealed_for_it(platform: Platform) -> None:
    add_account(platform, "none")
    without = text_of(queue_mail("mailbox-pin", "ada@example.com", "ada@mail.example", reseller=0))
    assert "this mail does not contain the PIN" in without
    with_pin = text_of(queue_mail("mailbox-pin", "ada@example.com", "ada@mail.example", secret="4711", reseller=0))
    assert "4711" in with_pin


def test_aliases_of_others_are_not_named(world: Platform) -> None:
    front = SipAlias(id=SipId.parse("stranger@other.example"), target=SipId.parse("ada@example.com.other.example"))
    world.ngnpro.sip.add_alias(front)
    assert "stranger" not in text_of(queue_account_information("ada@example.com", "ada@mail.example", reseller=0))


def test_a_password_is_spelled_out_character_by_character(platform: Platform) -> None:
    add_account(platform, "none")
    odd = "a  b: <c>&{{ d }}{% e %}https://x"
    written = compose_mail(queue_account_information("ada@example.com", "ada@mail.example", password=odd, reseller=0))
    assert f"SIP password: {odd}\n" in str(written.body)
    cells = lxml.html.fromstring(str(written.alternatives[0].content)).xpath("//td")
    assert odd in [cell.text_content() for cell in cells]
