"""Bulk actions on accounts that do more than set a field: balances, mails and passwords."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import Any

import pytest
import requests
from django.core import mail
from django.test import Client
from pypdf import PdfReader

from ngnpro_wire.codec import Request
from ngnpro_wire.facts.passwords import digests_of_password
from portal.jobs.models import Job
from portal.jobs.passwords import take_passwords
from portal.journal.models import JournalEntry
from portal.mail.outbox.models import OutboxMessage
from portal.mail.outbox.tasks import deliver_mail
from portal.ngnpro.records import SipId
from portal.people.models import OneUseLink
from tests.support.fault_injection import Answer, Serve
from tests.support.jobs import do, plan, states, worked
from tests.support.pages import Page
from tests.support.portal import Platform

PASSWORD_PAGE = "/accounts/password/new/"
ADA, BOB, EVE = "ada@example.com", "bob@example.com", "eve@example.com"


@pytest.fixture
def prepaid(harbour: Platform) -> Platform:
    """Ada and Eve are prepaid, Bob is not."""
    for address in (ADA, EVE):
        harbour.ngnpro.sip.update_account(replace(harbour.account(address), prepaid=True))
    return harbour


def balance(platform: Platform, address: str = ADA) -> float:
    return platform.ngnpro.sip.get_prepaid_status([SipId.parse(address)])[0].balance


def undone(browser: Client, job: Job) -> Job:
    undo = Job.objects.get(pk=browser.post(f"/jobs/{job.pk}/do/", {"do": "undo"}).headers["Location"][6:-1])
    return do(browser, worked(undo), "apply")


def test_an_amount_is_added_to_balances_and_taken_back_and_postpaid_accounts_are_skipped(
    prepaid: Platform, browser: Client
) -> None:
    wish = {"value": "12.50", "description": "Bonus"}
    job = plan(browser, "accounts:list", "add-balance", {"address": [ADA, BOB, EVE, "nobody@example.com"]}, **wish)
    assert states(job) == {ADA: "ready", BOB: "skipped", EVE: "ready", "nobody@example.com": "conflict"}
    assert job.rows.get(key=BOB).reason == "It is postpaid: it has no balance."
    assert balance(prepaid) == 0
    prepaid.ngnpro.sip.add_balance(SipId.parse(ADA), 1)

    do(browser, job, "apply")

    assert (balance(prepaid), balance(prepaid, EVE)) == (13.5, 12.5)
    entry = JournalEntry.objects.get(key=EVE, part="credit")
    assert entry.operation == "addBalance"
    assert set(states(undone(browser, job)).values()) == {"done"}
    assert (balance(prepaid), balance(prepaid, EVE)) == (1, 0)


def test_all_accounts_that_match_get_an_amount(prepaid: Platform, browser: Client) -> None:
    ticked = {"all": "1", "query": "domain=example.com"}
    job = plan(browser, "accounts:list", "add-balance", ticked, value="-3", description="Fee")
    assert sorted(states(job).values()) == ["ready", "ready", "skipped"]
    do(browser, job, "apply")
    assert (balance(prepaid), balance(prepaid, EVE)) == (-3, -3)


def test_an_amount_whose_answer_was_lost_is_not_added_twice(prepaid: Platform, browser: Client) -> None:
    wish = {"value": "5", "description": "Bonus"}
    job = plan(browser, "accounts:list", "add-balance", {"address": [ADA]}, **wish)
    lost = []

    def lose_the_first(request: Request, serve: Serve) -> Answer:
        answer = serve()
        if not lost:
            lost.append(request)
            raise requests.ConnectionError
        return answer

    prepaid.handle(["Sip.addBalance"], lose_the_first)
    do(browser, job, "apply")
    prepaid.mend()
    Job.objects.update(due=job.made)
    worked(job)
    assert lost
    assert states(job) == {ADA: "done"}
    assert balance(prepaid) == 5


def test_a_balance_is_changed_only_by_those_who_may(people: dict[str, Client], world: Platform) -> None:
    world.ngnpro.sip.update_account(replace(world.account(), prepaid=True))
    job = plan(people["customer"], "accounts:list", "add-balance", {"address": [ADA]}, value="5", description="Gift")
    assert states(job) == {ADA: "conflict"}


def test_account_information_is_sent_once_to_the_address_of_the_plan(harbour: Platform, browser: Client) -> None:
    harbour.ngnpro.sip.update_account(replace(harbour.account(BOB), email=""))
    job = plan(browser, "accounts:list", "send-information", {"address": [ADA, BOB, EVE]})
    assert states(job) == {ADA: "ready", BOB: "conflict", EVE: "ready"}
    harbour.ngnpro.sip.update_account(replace(harbour.account(EVE), email="other@mail.example"))
    OutboxMessage.objects.all().delete()

    do(browser, job, "apply")

    assert states(job) == {ADA: "done", BOB: "conflict", EVE: "conflict"}
    mails = OutboxMessage.objects.filter(kind="account-information")
    assert [(mail.about, mail.recipient) for mail in mails] == [(ADA, ADA)]
    assert JournalEntry.objects.get(operation="sendAccountInformation", result="done").key == ADA
    job.rows.filter(key=ADA).update(state="begun", claim="dead")
    do(browser, job, "again")
    assert OutboxMessage.objects.filter(kind="account-information", about=ADA).count() == 1
    assert set(states(undone(browser, job)).values()) == {"skipped"}


def test_new_passwords_are_random_and_downloaded_once(harbour: Platform, browser: Client) -> None:
    before = harbour.account().ha1
    job = plan(browser, "accounts:list", "password", {"address": [ADA, BOB]}, hand_out="file")
    do(browser, job, "apply")
    passwords = downloaded(browser, job)
    assert set(passwords) == {ADA, BOB}
    assert len(set(passwords.values())) == 2
    assert harbour.account().ha1 == digests_of_password("ada", "example.com", passwords[ADA])[0] != before
    assert downloaded(browser, job) == {}
    assert passwords[ADA] not in str(list(job.rows.values())) + str(list(JournalEntry.objects.values()))


def test_new_passwords_are_printed_as_letters_once_and_kept_if_that_fails(harbour: Platform, browser: Client) -> None:
    job = plan(browser, "accounts:list", "password", {"address": [ADA, BOB]}, hand_out="file")
    do(browser, job, "apply")
    harbour.cut()
    assert browser.post(f"/jobs/{job.pk}/passwords/", {"letters": "1"}).status_code == 503
    harbour.mend()
    answer = browser.post(f"/jobs/{job.pk}/passwords/", {"letters": "1"})
    pages = PdfReader(io.BytesIO(answer.content)).pages
    assert all(address in page.extract_text() for page, address in zip(pages, (ADA, BOB), strict=True))
    assert browser.post(f"/jobs/{job.pk}/passwords/", {"letters": "1"}).status_code == 302
    assert downloaded(browser, job) == {}


def test_letters_of_many_accounts_come_in_several_files(harbour: Platform, browser: Client) -> None:
    job = plan(browser, "accounts:list", "password", {"address": [ADA, BOB, EVE]}, hand_out="file")
    do(browser, job, "apply")
    assert [key for key, _password in take_passwords(job, 2)] == [ADA, BOB]
    assert "1 password can be downloaded once" in Page(browser.get(f"/jobs/{job.pk}/")).text
    assert set(downloaded(browser, job)) == {EVE}
    assert "can be downloaded once" not in Page(browser.get(f"/jobs/{job.pk}/")).text


def test_users_get_links_that_show_their_new_passwords_once(harbour: Platform, browser: Client) -> None:
    harbour.ngnpro.sip.update_account(replace(harbour.account(BOB), email=""))
    job = plan(browser, "accounts:list", "password", {"address": [ADA, BOB]}, hand_out="links")
    assert job.rows.get(key=BOB).reason == "It has no valid e-mail address."
    assert not OutboxMessage.objects.exists()

    do(browser, job, "apply")

    assert (states(job)[ADA], states(job)[BOB]) == ("done", "conflict")
    assert job.rows.get(key=ADA).reason == f"A link that shows the password was sent to {ADA}."
    assert downloaded(browser, job) == {}
    deliver_mail(str(OutboxMessage.objects.get(kind="new-sip-password", about__isnull=False).pk))
    (message,) = [one for one in mail.outbox if one.to == [ADA]]
    user = Client()
    opened = user.get(link_in(str(message.body)), follow=True)
    assert "Show the password" in Page(opened).text
    shown = Page(user.post(PASSWORD_PAGE)).text
    password = next(word for word in shown.split() if is_password_of(harbour, word))
    assert password not in str(message.body) + str(list(OneUseLink.objects.values())) + str(list(job.rows.values()))
    assert user.post(PASSWORD_PAGE).status_code == 404
    assert user.get(link_in(str(message.body))).status_code == 404


def test_a_link_to_a_password_that_was_changed_since_is_not_sent_or_opened(harbour: Platform, browser: Client) -> None:
    do(browser, plan(browser, "accounts:list", "password", {"address": [ADA, BOB]}, hand_out="links"), "apply")
    first, second = OutboxMessage.objects.filter(kind="new-sip-password").order_by("recipient")
    deliver_mail(str(first.pk))
    for address in (ADA, BOB):
        harbour.ngnpro.sip.update_account(replace(harbour.account(address), password="another-Long-1-password"))
    deliver_mail(str(second.pk))
    (message,) = [one for one in mail.outbox if one.to[0] in (ADA, BOB)]
    user = Client()
    assert user.get(link_in(str(message.body)), follow=True).status_code == 404
    assert user.post(PASSWORD_PAGE).status_code == 404


def link_in(text: str) -> str:
    found = re.search(r"http://localhost:8000(/\S+)", text)
    assert found, text
    return found[1]


def is_password_of(platform: Platform, word: str, address: str = ADA) -> bool:
    account = platform.account(address)
    return digests_of_password(account.id.username, account.id.domain, word)[0] == account.ha1


def downloaded(browser: Client, job: Job) -> dict[str, str]:
    answer: Any = browser.post(f"/jobs/{job.pk}/passwords/")
    rows = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    return {row["Account"]: row["Password"] for row in rows}
