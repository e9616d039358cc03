"""Bulk actions on accounts that do more than set a field: balances, mails and passwords."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
import requests
from django.test import Client
from pypdf import PdfReader

from ngnpro_wire.codec import Request
from ngnpro_wire.facts.passwords import digests_of_password
from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.mail.outbox.models import OutboxMessage
from portal.ngnpro.records import SipId
from tests.support.fault_injection import Answer, Serve
from tests.support.jobs import do, plan, states, worked
from tests.support.portal import Platform

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
    job = plan(browser, "accounts:list", "password", {"address": [ADA, BOB]})
    do(browser, job, "apply")
    passwords = downloaded(browser, job)
    assert set(passwords) == {ADA, BOB}
    assert len(set(passwords.values())) == 2
    assert harbour.account().ha1 == digests_of_password("ada", "example.com", passwords[ADA])[0] != before
    assert downloaded(browser, job) == {}
    assert passwords[ADA] not in str(list(job.rows.values())) + str(list(JournalEntry.objects.values()))


def test_new_passwords_are_printed_as_letters_once_and_kept_if_that_fails(harbour: Platform, browser: Client) -> None:
    job = plan(browser, "accounts:list", "password", {"address": [ADA, BOB]})
    do(browser, job, "apply")
    harbour.cut()
    assert browser.post(f"/jobs/{job.pk}/passwords/", {"letters": "1"}).status_code == 503
    harbour.mend()
    answer = browser.post(f"/jobs/{job.pk}/passwords/", {"letters": "1"})
    pages = PdfReader(io.BytesIO(answer.content)).pages
    assert all(address in page.extract_text() for page, address in zip(pages, (ADA, BOB), strict=True))
    assert browser.post(f"/jobs/{job.pk}/passwords/", {"letters": "1"}).status_code == 302
    assert downloaded(browser, job) == {}


def downloaded(browser: Client, job: Job) -> dict[str, str]:
    answer: Any = browser.post(f"/jobs/{job.pk}/passwords/")
    rows = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    return {row["Account"]: row["Password"] for row in rows}
