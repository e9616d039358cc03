"""Forgotten passwords: the same answer for all, one-use links by mail, and a new password at NGNPro."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from portal.mail.outbox.models import OutboxMessage
from portal.ngnpro.hashes import hashed_password
from portal.ngnpro.records import SipAccountProperty
from portal.people import tasks
from portal.people.identification import is_right_password
from portal.people.models import LinkRequest, OneUseLink, SignedIn
from portal.people.operators.models import Operator
from portal.people.password_reset import services
from tests.support.factors import app_of
from tests.support.link_cases import LinkCases
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, PASSWORD, Platform, signed_in
from tests.support.reset_links import LINK, answer_requests, last_mailed_link

FORGOTTEN, NEW = "/session/password/forgotten/", "/session/password/new/"
ANOTHER = "a-quite-different-secret"


@pytest.fixture
def asked(world: Platform, operator: Operator) -> Platform:
    """A platform whose people all have an e-mail address."""
    Operator.objects.update(email="ines@example.net")
    return world


def ask(typed: str, source: str = "127.0.0.1") -> Any:
    return Client().post(FORGOTTEN, {"typed": typed}, REMOTE_ADDR=source)


def link_for(typed: str) -> str:
    """Request a link, and return it from the mail."""
    ask(typed)
    answer_requests()
    return last_mailed_link()


def set_by(link: str, password: str = ANOTHER, again: str | None = None) -> Any:
    browser = Client()
    assert browser.get(link).headers["Location"] == NEW
    assert browser.get(NEW).status_code == 200
    return browser.post(NEW, {"new_password": password, "again": password if again is None else again})


def signs_in(name: str, password: str) -> bool:
    return Client().post("/session/sign-in/", {"username": name, "password": password}).status_code == 302


def test_the_answer_is_the_same_whether_or_not_someone_exists(asked: Platform) -> None:
    texts, kept = set(), []
    for typed in ("ines", "nobody", "ada@example.com", "nobody@example.com", "harbour"):
        answer = ask(typed)
        texts.add(re.sub(re.escape(typed), "…", Page(answer).text))
        kept.append((answer.status_code, LinkRequest.objects.count()))
    assert len(texts) == 1
    assert kept == [(200, 1), (200, 2), (200, 3), (200, 4), (200, 5)]


def test_a_reset_request_calls_no_server_so_that_its_duration_reveals_nothing(asked: Platform) -> None:
    asked.forget_calls()
    for typed in ("ines", "nobody", "ada@example.com", "harbour"):
        ask(typed)
    assert asked.calls == []
    assert not OneUseLink.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_an_unknown_name_gets_no_mail(asked: Platform) -> None:
    for typed in ("nobody", "nobody@example.com", "%", "_nes", "a%@example.com", "@", "no name\n at all"):
        ask(typed)
    answer_requests()
    assert mail.outbox == []
    assert not LinkRequest.objects.filter(is_done=False).exists()


@pytest.mark.parametrize("typed", ["ines", "INES", "ines@example.net"])
def test_an_operator_sets_a_new_password(asked: Platform, typed: str) -> None:
    other = signed_in("ines", PASSWORD)
    link = link_for(typed)
    assert mail.outbox[0].to == ["ines@example.net"]
    answer = set_by(link)
    assert answer.headers["Location"] == "/session/sign-in/"
    assert other.get("/domains/").status_code == 302
    assert not signs_in("ines", PASSWORD)
    assert signs_in("ines", ANOTHER)


def test_a_second_factor_is_still_asked_for(asked: Platform, operator: Operator) -> None:
    app_of(operator)
    set_by(link_for("ines"))
    browser = signed_in("ines", ANOTHER)
    assert browser.get("/domains/").status_code == 302


def test_the_new_password_of_an_operator_must_be_strong(asked: Platform) -> None:
    link = link_for("ines")
    answer = set_by(link, "short")
    assert answer.status_code == 422
    assert "too short" in Page(answer).error_of("new_password")
    answer = set_by(link, ANOTHER, "something else")
    assert "differ" in Page(answer).error_of("again")
    assert signs_in("ines", PASSWORD)


@pytest.mark.parametrize("typed", ["harbour", "Harbour", "harbour@example.com"])
def test_a_customer_sets_a_new_ngnpro_password(asked: Platform, typed: str) -> None:
    other = signed_in("harbour", CUSTOMER["password"])
    before = asked.ngnpro.customers.find_account("harbour")
    set_by(link_for(typed))
    assert before is not None
    after = asked.ngnpro.customers.find_account("harbour")
    assert after == dataclasses.replace(before, password=ANOTHER, change_date=after.change_date if after else "")
    assert other.get("/domains/").status_code == 302
    assert signs_in("harbour", ANOTHER)
    assert not signs_in("harbour", CUSTOMER["password"])


def test_resellers_also_have_an_engine(asked: Platform) -> None:
    set_by(link_for("meridian"))
    assert signs_in("meridian", ANOTHER)


@pytest.mark.parametrize("typed", ["ada@example.com", "sip:ADA@Example.com"])
def test_a_subscriber_sets_a_new_web_password_and_the_phone_keeps_its_own(asked: Platform, typed: str) -> None:
    language = SipAccountProperty(name="language", value="nl")
    asked.ngnpro.sip.update_account(dataclasses.replace(asked.account(), properties=(language,)))
    other = signed_in("ada@example.com", "a-secret-of-ada")
    before = asked.account()
    set_by(link_for(typed))
    after = asked.account()
    assert (after.ha1, after.get_property("language")) == (before.ha1, "nl")
    assert after.get_property("web_password").count(":") == 1
    assert ANOTHER not in str(after)
    assert other.get("/accounts/ada@example.com/").status_code == 302
    assert signs_in("ada@example.com", ANOTHER)
    assert not signs_in("ada@example.com", "a-secret-of-ada")


def test_a_web_password_is_hashed_as_the_contract_says(asked: Platform) -> None:
    account = asked.account()
    expected = [
        hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        for text in ("ada:example.com:secret", "ada@example.com:example.com:secret")
    ]
    stored = hashed_password(account.id, "secret")
    assert stored == ":".join(expected)
    assert is_right_password("secret", "ada", "example.com", stored, "")


def test_one_mail_names_all_logins_of_one_reseller_at_an_address(asked: Platform) -> None:
    asked.add_account("beth@example.com", email="ADA@example.com")
    ask("ada@example.com")
    answer_requests()
    (sent,) = mail.outbox
    assert len(LINK.findall(str(sent.body))) == 2
    for words in ("ada@example.com (Subscriber)", "beth@example.com (Subscriber)"):
        assert words in str(sent.body)
    (html,) = sent.alternatives
    assert len(LINK.findall(str(html.content))) == 4


def test_an_account_without_an_address_gets_no_mail_and_a_broken_address_breaks_nothing(asked: Platform) -> None:
    for email in ("", "two@example.com, three@example.com", "two@example.com\nBcc: three@example.com"):
        Operator.objects.update(email=email)
        ask("ines")
        answer_requests()
    assert LinkRequest.objects.filter(is_done=True).count() == 3
    assert mail.outbox == []


def test_a_link_works_once(asked: Platform) -> None:
    link = link_for("ines")
    assert set_by(link).status_code == 302
    answer = Client().get(link)
    assert answer.status_code == 404
    assert "already used or has expired" in Page(answer).text


@pytest.mark.usefixtures("asked")
class TestLinks(LinkCases):
    page = NEW

    def request_link(self) -> str:
        return link_for("ines")

    def use(self, browser: Client) -> int:
        return int(browser.post(NEW, {"new_password": ANOTHER, "again": ANOTHER}).status_code)


def test_using_one_of_several_links_ends_all(asked: Platform) -> None:
    first, second = link_for("ines"), link_for("ines")
    set_by(second)
    assert Client().get(first).status_code == 404


def test_a_link_is_too_old_after_half_an_hour(asked: Platform) -> None:
    link = link_for("ines")
    assert OneUseLink.objects.get().expires_at <= timezone.now() + timedelta(minutes=30)  # type: ignore[operator]
    browser = Client()
    browser.get(link)
    OneUseLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(link).status_code == 404
    assert browser.get(NEW).status_code == 404
    assert browser.post(NEW, {"new_password": ANOTHER, "again": ANOTHER}).status_code == 404
    assert signs_in("ines", PASSWORD)


def test_the_address_in_the_mail_is_that_of_the_settings_whatever_a_host_header_says(
    asked: Platform, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    Client().post(FORGOTTEN, {"typed": "ines"}, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    settings.PORTAL_URL = "https://portal.example.com"
    answer_requests()
    assert "https://portal.example.com/session/password/link/" in str(mail.outbox[0].body)
    assert "evil" not in str(mail.outbox[0].message())


def test_the_token_is_nowhere_but_in_the_mail(
    asked: Platform,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sent: list[str] = []
    with django_capture_on_commit_callbacks() as callbacks:
        link = link_for("ines")
    token = link.split("/")[-2]
    rows = [*OutboxMessage.objects.values(), *OneUseLink.objects.values(), *LinkRequest.objects.values()]
    browser = Client()
    browser.get(link)
    sent += map(str, [rows, callbacks, caplog.text, dict(browser.session.items()), browser.cookies])
    assert not [text for text in sent if token in text]
    assert OneUseLink.objects.get().token_hash == hashlib.sha256(token.encode()).hexdigest()


def test_composing_a_mail_again_invalidates_its_earlier_token(asked: Platform) -> None:
    first = link_for("ines")
    OutboxMessage.objects.update(state=OutboxMessage.State.QUEUED)
    answer_requests()
    second = last_mailed_link()
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 302


def test_a_name_gets_at_most_three_mails_an_hour_without_notice(asked: Platform) -> None:
    assert len({Page(ask("ines")).text for _time in range(5)}) == 1
    ask("ines@example.net")
    answer_requests()
    assert len(mail.outbox) == 3
    LinkRequest.objects.update(created_at=timezone.now() - timedelta(hours=2))
    OneUseLink.objects.update(created_at=timezone.now() - timedelta(hours=2))
    ask("ines")
    answer_requests()
    assert len(mail.outbox) == 4


def test_a_source_with_too_many_requests_has_to_wait(asked: Platform) -> None:
    for number in range(services.PER_SOURCE):
        assert ask(f"name{number}").status_code == 200
    answer = ask("ines")
    assert answer.status_code == 429
    assert "wait an hour" in Page(answer).text
    assert ask("ines", "192.0.2.7").status_code == 200


def test_during_an_outage_the_request_waits_for_it(asked: Platform) -> None:
    ask("harbour")
    asked.cut()
    answer_requests()
    assert mail.outbox == []
    asked.mend()
    answer_requests()
    assert mail.outbox == []
    LinkRequest.objects.update(due_at=timezone.now())
    answer_requests()
    assert mail.outbox[0].to == ["harbour@example.com"]


def test_a_request_that_a_lost_worker_left_is_answered_once(asked: Platform) -> None:
    ask("ines")
    request = LinkRequest.objects.get()
    assert services.claim_request(request.pk) is not None
    assert services.claim_request(request.pk) is None
    LinkRequest.objects.update(due_at=timezone.now())
    answer_requests()
    answer_requests()
    assert len(mail.outbox) == 1


def test_an_outage_or_a_refusal_leaves_the_link_valid(asked: Platform) -> None:
    link = link_for("harbour")
    browser = Client()
    browser.get(link)
    data = {"new_password": ANOTHER, "again": ANOTHER}
    asked.cut()
    assert browser.post(NEW, data).status_code == 422
    asked.mend()
    assert browser.post(NEW, data).status_code == 302
    assert signs_in("harbour", ANOTHER)


def test_a_disabled_operator_gets_no_link_and_uses_none(asked: Platform) -> None:
    link = link_for("ines")
    Operator.objects.update(is_active=False)
    ask("ines")
    answer_requests()
    assert len(mail.outbox) == 1
    assert Client().get(link).status_code == 404


def test_setting_a_password_leaves_nobody_signed_in_and_clears_what_was_there(asked: Platform) -> None:
    browser = signed_in("meridian", CUSTOMER["password"])
    browser.get(link_for("ines"))
    browser.post(NEW, {"new_password": ANOTHER, "again": ANOTHER})
    assert "person" not in browser.session
    assert browser.get("/domains/").status_code == 302


def test_old_requests_and_links_are_forgotten(asked: Platform) -> None:
    link_for("ines")
    LinkRequest.objects.update(created_at=timezone.now() - timedelta(days=8))
    OneUseLink.objects.update(created_at=timezone.now() - timedelta(days=8))
    tasks.sweep_link_requests()
    assert not LinkRequest.objects.exists()
    assert not OneUseLink.objects.exists()
    assert not SignedIn.objects.exists()


def test_requests_from_one_ipv6_network_are_counted_together(asked: Platform) -> None:
    statuses = [
        Client(REMOTE_ADDR=f"2001:db8:1:2::{number:x}").post(FORGOTTEN, {"typed": f"nobody{number}"}).status_code
        for number in range(1, 22)
    ]
    assert statuses == [200] * 20 + [429]
    other = Client(REMOTE_ADDR="2001:db8:1:3::1").post(FORGOTTEN, {"typed": "nobody"})
    assert other.status_code == 200
