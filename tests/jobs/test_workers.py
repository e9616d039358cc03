"""Several workers and one job: who has which rows, and who may store what became of them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.jobs import claims, engine, sending
from portal.jobs.choices import JobState, RowState
from portal.jobs.logins import client_for, credentials_for, viewer_of, writes_for
from portal.jobs.models import Job, JobClaim, JobLane, JobRow
from portal.jobs.planning import Planner
from portal.jobs.tasks import clean_up, start_lanes, sweep, work_on_jobs
from portal.journal.models import JournalEntry
from portal.ngnpro.records import EnumRange, EnumRangeId
from portal.people.operators.models import Operator
from tests.jobs.test_generating import WISH
from tests.support.jobs import do, plan, states, worked
from tests.support.pages import Page
from tests.support.portal import Platform

ADA, BOB, EVE = "ada@example.com", "bob@example.com", "eve@example.com"
MOST_STATEMENTS = 27


def running(browser: Client, action: str = "block", **more: Any) -> Job:
    """Return a job on the three accounts that was started, and that no worker has seen yet."""
    job = plan(browser, "accounts:list", action, {"address": [ADA, BOB, EVE]}, **more)
    browser.post(f"/jobs/{job.pk}/do/", {"do": "apply", "number": "3"})
    job.refresh_from_db()
    return job


def claimed() -> Job:
    job = claims.claim_next()
    assert job is not None
    return job


def test_a_worker_that_was_thought_dead_does_not_overwrite_what_its_successor_stored(
    harbour: Platform, browser: Client
) -> None:
    job = running(browser)
    slow = claimed()
    _new, rows, _are_held = claims.take_next(slow)
    assert claims.claim_next() is None, "all rows are the first worker's, whose claim is valid"
    JobClaim.objects.update(until=timezone.now())
    worked(job)
    assert set(states(job).values()) == {"done"}
    harbour.forget_calls()

    credentials = credentials_for(slow)
    assert credentials is not None
    writes = writes_for(slow)
    with pytest.raises(claims.Interrupted):
        sending.send_rows(client_for(slow, credentials, writes), writes, rows, lambda: claims.extend(slow))
    for row in rows:
        row.state, row.reason = RowState.FAILED, "It came back too late."
    sending.store_rows(slow, rows)

    assert harbour.calls == []
    assert set(states(job).values()) == {"done"}
    assert not job.rows.exclude(reason="").exists()


def generated(harbour: Platform, browser: Client, count: int) -> Job:
    """Return a started job that adds some accounts, and then the numbers that point to them."""
    harbour.ngnpro.enum.add_range(EnumRange(id=EnumRangeId(prefix="3120800"), min_digits=11, max_digits=11))
    browser.post("/jobs/generate/", {**WISH, "count": str(count)})
    job = worked(Job.objects.get())
    browser.post(f"/jobs/{job.pk}/do/", {"do": "apply"})
    job.refresh_from_db()
    return job


def test_workers_share_a_job_and_keep_the_order_of_rows_that_depend_on_each_other(
    harbour: Platform, browser: Client, settings: Any
) -> None:
    settings.JOB_ROWS = 4
    generated(harbour, browser, 6)
    one, other = claimed(), claimed()
    assert one.claim != other.claim
    first, second = claims.take_next(one)[1], claims.take_next(other)[1]
    assert (len(first), len(second)) == (4, 2)
    assert not {row.pk for row in first} & {row.pk for row in second}
    assert {row.kind for row in (*first, *second)} == {"account"}
    assert claims.take_next(other) == ([], [], False), "numbers wait for the accounts that they point to"
    assert claims.claim_next() is None

    JobRow.objects.filter(claim=other.claim).update(state=RowState.DONE, held=None)
    assert claims.take_next(other) == ([], [], False), "the other worker is not ready with the accounts"
    JobRow.objects.filter(claim=one.claim).update(state=RowState.DONE, held=None)
    assert {row.kind for row in claims.take_next(other)[0]} == {"number"}, "they are compared again"
    assert {row.kind for row in claims.take_next(one)[0]} == {"number"}


def test_an_undo_goes_the_other_way(harbour: Platform, browser: Client) -> None:
    job = generated(harbour, browser, 2)
    worked(job)
    harbour.forget_calls()
    browser.post(f"/jobs/{job.pk}/do/", {"do": "undo"})
    undo = worked(Job.objects.get(undoes=job))
    assert "getAliases" not in harbour.calls, "what depends on the accounts is asked in batches"
    assert list(undo.rows.order_by("position").values_list("phase", "kind")) == [
        (0, "number"),
        (0, "number"),
        (1, "account"),
        (1, "account"),
    ]
    do(browser, undo, "apply", number="4")
    assert set(states(undo).values()) == {"done"}


@pytest.mark.parametrize(
    "loss", [{"is_active": False}, {"may_change": False}, {"may_see_passwords": False}, {"tree": 3}, {"password": "x"}]
)
def test_a_running_job_of_an_operator_who_lost_rights_is_paused_and_says_so(
    harbour: Platform, browser: Client, loss: dict[str, Any]
) -> None:
    job = running(browser)
    Operator.objects.update(**loss)
    worked(job)
    assert (job.state, set(states(job).values())) == (JobState.PAUSED, {"ready"})
    assert ("Sign in again" if "password" in loss else "fewer rights than before") in job.note
    assert job.login == ""


def test_a_job_of_a_reseller_who_lost_a_right_is_paused_and_the_rest_is_compared_again(
    people: dict[str, Client], world: Platform
) -> None:
    meridian = world.ngnpro.customers.find_account("meridian")
    assert meridian is not None
    job = plan(people["reseller"], "accounts:list", "block", {"address": [ADA]})
    job.viewer = {**job.viewer, "rights": [*job.viewer["rights"], "sms_access"]}
    job.save()
    do(people["reseller"], job, "apply")
    assert (job.state, states(job)) == (JobState.PAUSED, {ADA: "ready"})
    assert "fewer rights than before" in job.note

    people["reseller"].post(f"/jobs/{job.pk}/do/", {"do": "resume"})
    assert states(job) == {ADA: "new"}, "it is compared with the rights that are left"
    worked(job)
    assert (job.state, states(job)) == (JobState.FINISHED, {ADA: "done"})


@pytest.mark.parametrize("what", ["pause", "cancel"])
def test_rows_in_doubt_of_a_job_that_was_stopped_are_settled_and_let_go(
    harbour: Platform, browser: Client, what: str
) -> None:
    job = running(browser)
    claims.take_next(claimed())
    harbour.ngnpro.sip.update_account(replace(harbour.account(ADA), groups=("blocked",)))
    browser.post(f"/jobs/{job.pk}/do/", {"do": what})
    assert "Plan the undo" not in Page(browser.get(f"/jobs/{job.pk}/")).text
    JobClaim.objects.update(until=timezone.now())
    worked(job)
    assert states(job) == {ADA: "done", BOB: "ready", EVE: "ready"}
    assert not job.rows.exclude(held=None).exists()
    assert job.state == {"pause": JobState.PAUSED, "cancel": JobState.CANCELLED}[what]


def test_a_message_that_is_delivered_twice_is_worked_on_once(harbour: Platform, browser: Client) -> None:
    job = plan(browser, "accounts:list", "block", {"address": [ADA]})
    JobLane.objects.all().delete()
    start_lanes()
    tokens = dict(JobLane.objects.values_list("number", "token"))
    assert len(tokens) == 2
    browser.post(f"/jobs/{job.pk}/do/", {"do": "apply"})
    sweep()
    assert dict(JobLane.objects.values_list("number", "token")) == tokens, "lanes at work get no second message"

    work_on_jobs(0, tokens[0])
    assert states(job) == {ADA: "done"}
    job.rows.update(state=RowState.READY)
    Job.objects.update(state=JobState.RUNNING)
    work_on_jobs(0, tokens[0])
    assert states(job) == {ADA: "ready"}, "the lane has a new message"
    JobLane.objects.update(until=timezone.now())
    sweep()
    assert (
        tokens.keys() == dict(JobLane.objects.exclude(token__in=tokens.values()).values_list("number", "token")).keys()
    )


def test_a_job_is_kept_for_30_days_after_its_end_and_as_long_as_its_undo(harbour: Platform, browser: Client) -> None:
    job = do(browser, plan(browser, "accounts:list", "block", {"address": [ADA]}), "apply")
    browser.post(f"/jobs/{job.pk}/do/", {"do": "undo"})
    undo = worked(Job.objects.get(undoes=job))
    long_ago = timezone.now() - timedelta(days=31)
    Job.objects.update(made=long_ago)
    assert clean_up() == 0
    Job.objects.filter(pk=job.pk).update(ended=long_ago)
    assert clean_up() == 0
    Job.objects.filter(pk=undo.pk).update(sliced=long_ago)
    assert clean_up() == 2
    assert not JobRow.objects.exists()


def test_the_rate_counts_from_when_a_job_was_resumed_and_the_overview_shows_it(
    harbour: Platform, browser: Client
) -> None:
    job = running(browser)
    Job.objects.update(state=JobState.PAUSED, started=timezone.now() - timedelta(hours=5))
    job.rows.filter(key=ADA).update(state=RowState.DONE)
    browser.post(f"/jobs/{job.pk}/do/", {"do": "resume"})
    Job.objects.update(since=timezone.now() - timedelta(seconds=10))
    job.rows.filter(key=BOB).update(state=RowState.DONE)
    for path in ("/", f"/jobs/{job.pk}/"):
        text = " ".join(Page(browser.get(path)).text.split())
        assert "2 of 3 written" in text
        # not counted from five hours ago
        assert re.search(r"[1-6] a minute", text)
        assert re.search(r"about [0-9]{2} s left", text)
    worked(job)
    assert "Jobs in progress" not in Page(browser.get("/")).text


def test_workers_compare_parts_of_one_file_and_the_last_of_them_ends_the_plan(
    harbour: Platform, browser: Client, settings: Any
) -> None:
    settings.JOB_ROWS = 2
    job = uploaded(browser, ["ada", "bob", "eve", "ada", "bob"])
    slow, quick = claimed(), claimed()
    above, below = claims.take_next(slow)[0], claims.take_next(quick)[0]
    assert [[row.line for row in rows] for rows in (above, below)] == [[2, 3], [4, 5]]
    third = claimed()
    assert [row.line for row in claims.take_next(third)[0]] == [6]
    assert claims.claim_next() is None, "all rows are taken"

    for worker, rows in ((quick, below), (slow, above)):
        at_work(worker).plan(rows)
    assert at_work(slow).step() is False, "the third worker still compares its row"
    job.refresh_from_db()
    assert job.state == JobState.PLANNING
    JobClaim.objects.update(until=timezone.now())
    worked(job)
    assert job.state == JobState.PLANNED
    assert list(job.rows.order_by("position").values_list("line", "state", "reason")) == [
        (2, "ready", ""),
        (3, "ready", ""),
        (4, "ready", ""),
        (5, "conflict", "Line 2 has the same record."),
        (6, "conflict", "Line 3 has the same record."),
    ]


def test_rows_that_need_others_are_compared_when_all_of_those_are(
    harbour: Platform, browser: Client, settings: Any
) -> None:
    settings.JOB_ROWS = 4
    harbour.ngnpro.enum.add_range(EnumRange(id=EnumRangeId(prefix="3120800"), min_digits=11, max_digits=11))
    browser.post("/jobs/generate/", {**WISH, "count": "6"})
    not_compared()
    one, other = claimed(), claimed()
    assert [len(claims.take_next(worker)[0]) for worker in (one, other)] == [4, 2]
    assert claims.take_next(other) == ([], [], False), (
        "the numbers wait for the comparison of the accounts that they point to"
    )
    assert claims.claim_next() is None


def uploaded(browser: Client, names: list[str]) -> Job:
    """Return the plan of a file that changes accounts, of which no row is compared yet."""
    lines = "".join(f"{name}@example.com,Changed\n" for name in names)
    file = SimpleUploadedFile("accounts.csv", f"id,firstName\n{lines}".encode())
    assert browser.post("/jobs/import/account/", {"file": file, "mode": "update"}).status_code == 302
    return not_compared()


def not_compared() -> Job:
    """Return the only job as it was before the page that made it compared its first rows."""
    JobRow.objects.update(state=RowState.NEW, key="", reason="")
    Job.objects.update(state=JobState.PLANNING)
    return Job.objects.get()


def at_work(job: Job) -> engine._Slice:
    """Return a worker with this claim, as it is while it works."""
    worker, credentials = engine._Slice(job), credentials_for(job)
    assert credentials is not None
    worker.ngnpro = client_for(job, credentials, worker.writes)
    worker.planner = Planner(job, worker.ngnpro, viewer_of(job))
    return worker


def test_each_further_chunk_of_rows_takes_few_statements(harbour: Platform, browser: Client, settings: Any) -> None:
    settings.JOB_ROWS, settings.JOB_SLICE_SECONDS, settings.JOB_CLAIM_SECONDS = 2, 3600, 4 * 3600
    counts = []
    for number in (4, 8):
        addresses = [f"user{number}-{one}@example.com" for one in range(number)]
        for address in addresses:
            harbour.add_account(address)
        job = plan(browser, "accounts:list", "delete", {"address": addresses})
        browser.post(f"/jobs/{job.pk}/do/", {"do": "apply", "number": str(number)})
        with CaptureQueriesContext(connection) as queries:
            worked(job)
        assert set(states(job).values()) == {"done"}
        counts.append(len(queries))
        for row in job.rows.all():
            assert JournalEntry.objects.get(key=row.key).changes == row.changes
    chunks = (8 - 4) / settings.JOB_ROWS
    assert (counts[1] - counts[0]) / chunks <= MOST_STATEMENTS
