"""Account deletion by its user: requested on a page, proved by a mail, confirmed, done once."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from portal.mail.outbox.models import OutboxMessage
from portal.mail.outbox.tasks import deliver_mail
from portal.ngnpro.records import SipAccountProperty, SipId
from portal.people import links, tasks
from portal.people.directory import proof_of
from portal.people.models import OneUseLink
from tests.support.link_cases import LinkCases
from tests.support.pages import Page
from tests.support.portal import Platform, signed_in
from tests.support.queued_mails import given_to_workers

ADDRESS = "ada@example.com"
URL, CONFIRM = f"/accounts/{ADDRESS}/removal/", "/accounts/removal/confirm/"
LINK = re.compile(r"http://localhost:8000(/accounts/removal/link/[\w-]{43}/)")


@pytest.fixture
def ada(world: Platform) -> Client:
    """The browser of the account's user."""
    return signed_in(ADDRESS, "a-secret-of-ada")


def deliver_all() -> None:
    """Deliver all queued mails, as the worker does."""
    for message in OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED):
        deliver_mail(str(message.pk))


def link_for(ada: Client) -> str:
    """Request the link, and return it from the mail."""
    assert ada.post(URL).status_code == 302
    deliver_all()
    found = LINK.findall(str(mail.outbox[-1].body))
    assert len(found) == 1
    return str(found[0])


def opened(link: str) -> Client:
    """Open a link in a browser in which no one is signed in."""
    browser = Client()
    answer = browser.get(link)
    assert (answer.status_code, answer.headers["Location"]) == (302, CONFIRM)
    return browser


def exists(world: Platform) -> bool:
    return any(str(account.id) == ADDRESS for account in world.ngnpro.sip.iter_accounts())


class TestLinks(LinkCases):
    page = CONFIRM

    @pytest.fixture(autouse=True)
    def signed_in(self, ada: Client) -> None:
        self.ada = ada

    def request_link(self) -> str:
        return link_for(self.ada)

    def use(self, browser: Client) -> int:
        return int(browser.post(CONFIRM).status_code)


def test_opening_the_link_deletes_nothing(ada: Client, world: Platform) -> None:
    opened(link_for(ada)).get(CONFIRM)
    assert exists(world)


def test_asking_sends_a_mail_and_changes_nothing(ada: Client, world: Platform) -> None:
    before = world.account()
    world.forget_calls()
    assert f"on its way to {ADDRESS}" in ada.post(URL, follow=True).content.decode()
    deliver_all()
    assert not [call for call in world.calls if not call.startswith("get")]
    assert world.account() == before
    (sent,) = mail.outbox
    assert sent.to == [ADDRESS]
    assert ADDRESS in str(sent.body)
    assert "which can be used once" in str(sent.body)


def test_the_link_confirmed_deletes_the_account_once(ada: Client, world: Platform) -> None:
    link = link_for(ada)
    browser = opened(link)
    page = Page(browser.get(CONFIRM))
    assert ADDRESS in page.text
    assert "cannot be undone" in page.text
    assert exists(world)
    answer = browser.post(CONFIRM, follow=True)
    assert answer.redirect_chain == [("/session/sign-in/", 302)]
    assert f"Your account {ADDRESS} was deleted." in answer.content.decode()
    assert not exists(world)
    assert Client().get(link).status_code == 404
    assert browser.post(CONFIRM).status_code == 404
    world.add_account(ADDRESS)
    assert Client().get(link).status_code == 404
    assert exists(world)


def test_its_user_is_signed_out_everywhere(ada: Client, world: Platform) -> None:
    opened(link_for(ada)).post(CONFIRM)
    assert ada.get(f"/accounts/{ADDRESS}/home/").headers["Location"].startswith("/session/sign-in/")


def test_a_link_is_too_old_after_two_days(ada: Client, world: Platform) -> None:
    link = link_for(ada)
    expires = OneUseLink.objects.get().expires_at
    assert expires is not None
    assert timedelta(hours=47) < expires - timezone.now() <= timedelta(days=2)
    browser = opened(link)
    OneUseLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(link).status_code == 404
    assert browser.get(CONFIRM).status_code == browser.post(CONFIRM).status_code == 404
    assert exists(world)


@pytest.mark.parametrize("which", ["SIP", "web"])
def test_after_a_change_of_a_password_the_link_leads_nowhere(ada: Client, world: Platform, which: str) -> None:
    link = link_for(ada)
    web = (SipAccountProperty(name="web_password", value="another-secret"),)
    changed = {"password": "another-secret"} if which == "SIP" else {"properties": web}
    world.ngnpro.sip.update_account(dataclasses.replace(world.account(), **changed))
    browser = Client()
    browser.get(link)
    assert browser.get(CONFIRM).status_code == browser.post(CONFIRM).status_code == 404
    assert "a password of the account was changed since" in Page(browser.get(CONFIRM)).text
    assert exists(world)


def test_a_new_account_with_the_same_address_is_another_account(ada: Client, world: Platform) -> None:
    link = link_for(ada)
    first = proof_of(world.account())
    later = dataclasses.replace(world.account(), create_date="2030-01-01 00:00:00")
    assert proof_of(later) != first
    world.ngnpro.sip.delete_account(SipId.parse(ADDRESS))
    browser = Client()
    browser.get(link)
    assert browser.post(CONFIRM).status_code == 404


def test_a_new_link_replaces_an_earlier_one(ada: Client, world: Platform) -> None:
    first, second = link_for(ada), link_for(ada)
    assert Client().get(first).status_code == 404
    assert opened(second).post(CONFIRM).status_code == 302


def test_three_links_an_hour_are_enough(ada: Client, world: Platform) -> None:
    for _time in range(3):
        assert ada.post(URL).status_code == 302
    answer = ada.post(URL)
    assert answer.status_code == 429
    assert "wait an hour" in Page(answer).text
    assert OneUseLink.objects.count() == 3


@pytest.mark.parametrize("email", ["", "not an address", "two@example.com, three@example.com"])
def test_without_an_address_to_write_to_the_page_says_so(ada: Client, world: Platform, email: str) -> None:
    with_address(world, email)
    assert "no e-mail address that we could write to" in Page(ada.get(URL)).text
    assert ada.post(URL).status_code == 422
    assert not OneUseLink.objects.exists()
    assert not OutboxMessage.objects.exists()


def with_address(world: Platform, email: str) -> None:
    """Store an e-mail address that an older server may have accepted."""
    from sqlalchemy import update

    from ngnpro_server.store.engine import transaction
    from ngnpro_server.store.schema import sip_accounts

    with transaction(world.server.engine, write=True) as connection:
        connection.execute(update(sip_accounts).where(sip_accounts.c.username == "ada").values(email=email))


def test_during_an_outage_nothing_is_deleted_and_the_link_stays_good(ada: Client, world: Platform) -> None:
    browser = opened(link_for(ada))
    world.cut()
    assert browser.post(CONFIRM).status_code == 503
    world.mend()
    assert exists(world)
    assert browser.post(CONFIRM).status_code == 302
    assert not exists(world)


def test_a_refusal_of_ngnpro_is_shown_and_the_link_stays_valid(ada: Client, world: Platform) -> None:
    browser = opened(link_for(ada))
    world.withdraw("deleteAccount")
    assert browser.post(CONFIRM).status_code == 409
    world.mend()
    assert browser.post(CONFIRM).status_code == 302


def test_the_token_is_nowhere_but_in_the_mail(
    ada: Client,
    world: Platform,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with given_to_workers() as queued, django_capture_on_commit_callbacks(execute=True):
        ada.post(URL)
    ((key,),) = queued
    deliver_mail(key)
    token = LINK.findall(str(mail.outbox[-1].body))[0].split("/")[-2]
    kept = [*OneUseLink.objects.values_list(), *OutboxMessage.objects.values_list()]
    assert token not in repr([kept, queued]) + caplog.text
    assert ADDRESS not in token


def test_the_link_of_one_account_is_not_good_for_another_purpose(ada: Client, world: Platform) -> None:
    token = link_for(ada).split("/")[-2]
    assert Client().get(f"/accounts/softphone/link/{token}/").status_code == 404
    other = links.make_account_link(OneUseLink.Purpose.SOFTPHONE, world.account(), "")
    assert Client().get(f"/accounts/removal/link/{links.issue_token(other, world.account())}/").status_code == 404


def test_removal_can_be_requested_only_by_the_user_of_an_account(ada: Client, browser: Client, world: Platform) -> None:
    world.add_account("bob@example.com")
    assert ada.post(URL.replace("ada", "bob")).status_code == 404
    assert browser.post(URL).status_code == browser.get(URL).status_code == 404
    assert not OneUseLink.objects.exists()


def test_the_deletion_is_in_the_journal_in_the_name_of_its_user(ada: Client, browser: Client, world: Platform) -> None:
    opened(link_for(ada)).post(CONFIRM)
    rows = Page(browser.get("/journal/")).rows()
    assert any(ADDRESS in " ".join(row) for row in rows)


def test_old_links_are_forgotten(ada: Client, world: Platform) -> None:
    link_for(ada)
    OneUseLink.objects.update(created_at=timezone.now() - timedelta(days=8))
    tasks.sweep_link_requests()
    assert not OneUseLink.objects.exists()


@pytest.fixture(autouse=True)
def _mail_goes_nowhere() -> Iterator[None]:
    yield
    mail.outbox.clear()
