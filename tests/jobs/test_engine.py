"""Workers: what they do after being killed, while NGNPro is down, and when several jobs wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ngnpro_wire.batch import BATCH
from ngnpro_wire.codec import Request
from portal.core.writes import Writes
from portal.jobs import claims, engine, sending
from portal.jobs.choices import JobState, RowState
from portal.jobs.logins import client_for, credentials_for, writes_for
from portal.jobs.models import Job, JobClaim
from portal.journal.models import JournalEntry
from portal.ngnpro.records import SipId
from tests.support.fault_injection import EVERY, Answer, Serve
from tests.support.jobs import do, plan, states, worked
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, Platform, signed_in

ADA, BOB, EVE = "ada@example.com", "bob@example.com", "eve@example.com"


class Killed(BaseException):
    """The worker was killed."""


class KilledWrites:
    """Writes of a worker that makes some of the calls, and is killed before it has stored what it did."""

    def __init__(self, writes: Writes, made: int) -> None:
        self._writes, self._made = writes, made

    def batch(self, ngnpro: Any, plans: Any, run_all: Any) -> None:
        self._writes.batch(ngnpro, plans[: self._made], run_all)
        raise Killed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writes, name)


@pytest.mark.parametrize("made", [0, 1, 3])
def test_a_killed_worker_leaves_no_row_undone_and_none_done_twice(
    harbour: Platform, browser: Client, made: int
) -> None:
    job = plan(browser, "accounts:list", "delete", {"address": [ADA, BOB, EVE]})
    browser.post(f"/jobs/{job.pk}/do/", {"do": "apply", "number": "3"})
    claim = claims.claim_next()
    assert claim is not None
    ngnpro, writes = client_of(claim)
    with pytest.raises(Killed):
        sending.send_rows(ngnpro, KilledWrites(writes, made), sending.claim_rows(claim, list(claim.rows.all())))
    assert set(states(job).values()) == {RowState.BEGUN}
    harbour.forget_calls()
    assert not engine.work(), "the claim of the killed worker has not expired"

    JobClaim.objects.update(until=timezone.now())
    worked(job)

    job.refresh_from_db()
    assert job.state == JobState.FINISHED
    assert states(job) == {ADA: "done", BOB: "done", EVE: "done"}
    assert JournalEntry.objects.filter(action="delete", result="done").count() == 3
    assert list(harbour.ngnpro.sip.iter_accounts()) == []


def client_of(job: Job) -> Any:
    writes = writes_for(job)
    credentials = credentials_for(job)
    assert credentials is not None
    return client_for(job, credentials, writes), writes


def test_a_job_waits_while_ngnpro_is_down_and_goes_on(harbour: Platform, browser: Client) -> None:
    job = plan(browser, "accounts:list", "block", {"address": [ADA, BOB]})
    harbour.cut()
    do(browser, job, "apply")
    job.refresh_from_db()
    assert (job.state, states(job)) == (JobState.RUNNING, {ADA: "begun", BOB: "begun"})
    assert job.note
    assert job.note in Page(browser.get(f"/jobs/{job.pk}/")).text

    harbour.mend()
    Job.objects.update(due=timezone.now())
    worked(job)

    assert (job.state, set(states(job).values())) == (JobState.FINISHED, {"done"})


def test_several_calls_are_under_way_at_once_on_a_server_that_takes_no_batches(
    harbour: Platform, browser: Client, settings: Any
) -> None:
    settings.JOB_CALLS = 3
    addresses = [f"user{number}@example.com" for number in range(7)]
    together, deletions = Barrier(settings.JOB_CALLS, timeout=180), count(1)

    def without_batches(request: Request, serve: Serve) -> Answer:
        # the first call says that there are no batches; each further one is answered when two others are under way
        if request.operation.name == "deleteAccount" and next(deletions) > 1:
            together.wait()
        answer = serve()
        return replace(answer, headers=[header for header in answer.headers if header[0] != BATCH])

    harbour.handle([EVERY], without_batches)
    for address in addresses:
        harbour.add_account(address)
    job = plan(browser, "accounts:list", "delete", {"address": [*addresses, BOB]})
    harbour.ngnpro.sip.update_account(replace(harbour.account(BOB), last_name="Changed"))
    do(browser, job, "apply", number="8")

    assert states(job) == {**dict.fromkeys(addresses, "done"), BOB: "conflict"}
    assert next(deletions) == len(addresses) + 1
    assert "run" not in harbour.calls
    assert JournalEntry.objects.filter(action="delete", result="done").count() == len(addresses)


def test_a_job_is_paused_and_resumed_and_cancelled(harbour: Platform, browser: Client) -> None:
    job = plan(browser, "accounts:list", "block", {"address": [ADA, BOB]})
    browser.post(f"/jobs/{job.pk}/do/", {"do": "apply"})
    do(browser, job, "pause")
    assert (job.state, set(states(job).values())) == (JobState.PAUSED, {"ready"})
    do(browser, job, "resume")
    assert (job.state, set(states(job).values())) == (JobState.FINISHED, {"done"})
    do(browser, job, "cancel")
    assert job.state == JobState.FINISHED

    other = plan(browser, "accounts:list", "unblock", {"address": [ADA]})
    do(browser, other, "cancel")
    do(browser, other, "apply")
    assert other.state == JobState.CANCELLED
    assert "blocked" in harbour.account(ADA).groups


def test_a_job_runs_with_the_rights_of_its_author(people: dict[str, Client], world: Platform) -> None:
    job = plan(people["reseller"], "accounts:list", "block", {"address": [ADA, "bob@other.example"]})
    assert states(job) == {ADA: "ready", "bob@other.example": "conflict"}
    do(people["reseller"], job, "apply")
    assert "blocked" in world.account(ADA).groups
    assert "blocked" not in world.account("bob@other.example").groups
    assert people["another reseller"].get(f"/jobs/{job.pk}/").status_code == 404
    assert people["another reseller"].post(f"/jobs/{job.pk}/do/", {"do": "undo"}).status_code == 404
    assert Page(people["operator"].get(f"/jobs/{job.pk}/")).text
    assert "There is no job yet" in Page(people["customer"].get("/jobs/")).text


def test_a_customer_cannot_do_in_bulk_what_they_may_not_do_alone(people: dict[str, Client], world: Platform) -> None:
    job = plan(people["customer"], "accounts:list", "quota", {"address": [ADA]}, value="25")
    assert states(job) == {ADA: "conflict"}
    assert "pstn_changes" in job.rows.get().reason
    answer = people["customer"].post("/jobs/new/", {"list": "lcr:routes:list", "action": "delete", "row": "1"})
    assert answer.status_code == 404


def test_a_changed_password_pauses_the_job_until_its_author_signs_in_again(
    people: dict[str, Client], world: Platform
) -> None:
    job = plan(people["reseller"], "accounts:list", "block", {"address": [ADA]})
    customers = world.ngnpro.customers
    meridian = customers.find_account("meridian")
    assert meridian is not None
    customers.update_account(replace(meridian, password="another-secret-of-meridian"))
    do(people["reseller"], job, "apply")
    assert (job.state, job.login) == (JobState.PAUSED, "")
    assert "Sign in again" in job.note

    again = signed_in("meridian", "another-secret-of-meridian")
    do(again, job, "resume")

    assert (job.state, states(job)) == (JobState.FINISHED, {ADA: "done"})


def test_the_login_of_a_job_is_sealed_and_gone_at_its_end(people: dict[str, Client], world: Platform) -> None:
    job = plan(people["reseller"], "accounts:list", "block", {"address": [ADA]})
    assert job.login
    assert CUSTOMER["password"] not in str(Job.objects.filter(pk=job.pk).values().get())
    do(people["reseller"], job, "apply")
    assert job.login == ""


def test_two_jobs_do_not_write_one_record_at_once(harbour: Platform, browser: Client) -> None:
    first = plan(browser, "accounts:list", "quota", {"address": [ADA]}, value="10")
    second = plan(browser, "accounts:list", "call-limit", {"address": [ADA, BOB]}, value="2")
    assert len(sending.claim_rows(first, list(first.rows.all()))) == 1
    browser.post(f"/jobs/{second.pk}/do/", {"do": "apply"})
    worked(second)
    assert states(second) == {ADA: "ready", BOB: "done"}
    assert "Another job is changing these records" in second.note


def test_resellers_take_turns_however_many_jobs_one_of_them_has(people: dict[str, Client], world: Platform) -> None:
    jobs = [plan(people["reseller"], "accounts:list", "block", {"address": [ADA]}) for _ in range(3)]
    jobs.append(plan(people["another reseller"], "accounts:list", "block", {"address": ["bob@other.example"]}))
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.update(state=JobState.RUNNING, sliced=long_ago)
    first = claims.claim_next()
    second = claims.claim_next()
    assert first is not None
    assert second is not None
    assert {first.share, second.share} == {job.share for job in jobs}


def test_an_action_on_a_deleted_account_says_so(harbour: Platform, browser: Client) -> None:
    job = plan(browser, "accounts:list", "block", {"address": [ADA]})
    harbour.ngnpro.sip.delete_account(SipId.parse(ADA))
    do(browser, job, "apply")
    assert states(job) == {ADA: "conflict"}
