"""Plans, jobs and their undo: what becomes of each row."""

from __future__ import annotations

from dataclasses import replace

from django.test import Client

from portal.jobs.choices import JobState
from portal.jobs.models import Job
from portal.jobs.planning import restored
from portal.journal.models import JournalEntry
from tests.support.jobs import do, plan, states, worked
from tests.support.pages import Page
from tests.support.portal import Platform

ADA, BOB, EVE = "ada@example.com", "bob@example.com", "eve@example.com"


def block(browser: Client, *addresses: str) -> Job:
    return plan(browser, "accounts:list", "block", {"address": list(addresses)})


def is_blocked(platform: Platform, address: str) -> bool:
    return "blocked" in platform.account(address).groups


def test_a_plan_shows_what_would_change_and_writes_nothing(harbour: Platform, browser: Client) -> None:
    harbour.ngnpro.sip.update_account(replace(harbour.account(BOB), groups=("blocked",)))
    job = block(browser, ADA, BOB, "nobody@example.com")

    page = Page(browser.get(f"/jobs/{job.pk}/"))

    assert states(job) == {ADA: "ready", BOB: "skipped", "nobody@example.com": "conflict"}
    assert "Block: the plan" in page.text
    assert "1 record will be written" in page.text
    assert "Rights None blocked" in " ".join(page.text.split())
    assert not JournalEntry.objects.exists()
    assert not is_blocked(harbour, ADA)


def test_a_job_writes_what_was_planned_and_journals_it(harbour: Platform, browser: Client) -> None:
    job = do(browser, block(browser, ADA, EVE), "apply")

    assert job.state == JobState.FINISHED
    assert states(job) == {ADA: "done", EVE: "done"}
    assert [is_blocked(harbour, address) for address in (ADA, BOB, EVE)] == [True, False, True]
    assert set(JournalEntry.objects.values_list("key", flat=True)) == {ADA, EVE}
    assert job.login == ""


def test_all_that_match_a_filter_are_planned(harbour: Platform, browser: Client) -> None:
    harbour.add_domain("other.example")
    harbour.add_account("ada@other.example")
    for number in range(30):
        harbour.add_account(f"user{number}@other.example")
    job = plan(browser, "accounts:list", "quota", {"all": "1", "query": "domain=other.example"}, value="25")

    do(browser, job, "apply")

    assert len(states(job)) == 31
    assert set(states(job).values()) == {"done"}
    assert harbour.account("user7@other.example").quota == 25
    assert harbour.account(ADA).quota == 0


def test_a_record_that_changed_after_the_plan_is_left_alone(harbour: Platform, browser: Client) -> None:
    job = block(browser, ADA, BOB)
    harbour.ngnpro.sip.update_account(replace(harbour.account(ADA), first_name="Augusta"))

    do(browser, job, "apply")

    assert states(job) == {ADA: "conflict", BOB: "done"}
    assert not is_blocked(harbour, ADA)
    do(browser, job, "again")
    assert states(job) == {ADA: "done", BOB: "done"}
    assert harbour.account(ADA).first_name == "Augusta"


def test_an_undo_restores_each_record_as_it_was(harbour: Platform, browser: Client) -> None:
    harbour.ngnpro.sip.update_account(replace(harbour.account(ADA), quota=10))
    harbour.ngnpro.sip.update_account(replace(harbour.account(BOB), quota=60))
    job = do(browser, plan(browser, "accounts:list", "quota", {"address": [ADA, BOB, EVE]}, value="25"), "apply")
    harbour.ngnpro.sip.update_account(replace(harbour.account(BOB), quota=70))
    harbour.ngnpro.sip.update_account(replace(harbour.account(EVE), first_name="Evelyn"))

    answer = browser.post(f"/jobs/{job.pk}/do/", {"do": "undo"})
    undo = worked(Job.objects.get(undoes=job))
    assert answer.headers["Location"] == f"/jobs/{undo.pk}/"
    assert harbour.account(ADA).quota == 25
    do(browser, undo, "apply")

    assert states(undo) == {EVE: "done", BOB: "conflict", ADA: "done"}
    assert [harbour.account(address).quota for address in (ADA, BOB, EVE)] == [10, 70, 0]
    assert harbour.account(EVE).first_name == "Evelyn"


def test_the_time_of_a_change_is_no_change(harbour: Platform) -> None:
    before = harbour.account(ADA)
    after = replace(before, quota=25, change_date="2026-01-01 10:00:01")
    now = replace(after, first_name="Augusta", change_date="2026-01-01 10:00:02")
    found = restored(now, before, after)
    assert (found.quota, found.first_name, found.change_date) == (0, "Augusta", now.change_date)


def test_accounts_that_a_job_deleted_come_back_with_their_password(harbour: Platform, browser: Client) -> None:
    before = harbour.account(ADA)
    job = plan(browser, "accounts:list", "delete", {"address": [ADA]})
    assert states(do(browser, job, "apply")) == {ADA: "ready"}, "the number of records was not typed"
    do(browser, job, "apply", number="1")
    assert states(job) == {ADA: "done"}

    browser.post(f"/jobs/{job.pk}/do/", {"do": "undo"})
    do(browser, worked(Job.objects.get(undoes=job)), "apply")

    assert harbour.account(ADA).ha1 == before.ha1
