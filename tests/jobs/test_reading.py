"""Plans for all that match a filter, while the list changes: no record is missing, and none is in the plan twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from portal.jobs.models import Job, JobRow
from portal.jobs.reading import MOST_PASSES, filter_data, read_matches
from portal.jobs.showing import ShownJob
from portal.ngnpro.records import SipFilter, SipId
from tests.support.pages import Page
from tests.support.portal import Platform

SIZE = 2
NAMES = ("ada", "bob", "eve", "kim", "zoe")


@pytest.fixture
def five(platform: Platform) -> Platform:
    platform.add_domain()
    for name in reversed(NAMES):  # NGNPro lists the newest first
        platform.add_account(f"{name}@example.com")
    return platform


def job_for_all() -> Job:
    conditions = filter_data(SipFilter(domain="example.com"))
    return Job.objects.create(
        who="x",
        viewer={"name": "Ines", "login": "ines"},
        engine="",
        share="x",
        title="Block",
        kind="account",
        action="block",
        filter=conditions,
    )


def read_all(platform: Platform, job: Job, change: Callable[[int], None] = lambda _page: None) -> int:
    """Read page by page, with a change after each page; return the number of pages."""
    pages = 0
    while job.filter is not None:
        JobRow.objects.bulk_create(row for row, _record in read_matches(job, platform.ngnpro, SIZE))
        job.save()
        change(pages)
        pages += 1
    return pages


def planned(job: Job) -> list[str]:
    return [key.partition("@")[0] for key in job.rows.order_by("position").values_list("key", flat=True)]


def test_a_list_that_stays_as_it_is_is_read_once(five: Platform) -> None:
    job = job_for_all()
    assert read_all(five, job) == 4
    assert planned(job) == list(NAMES)
    assert ShownJob(job).reading_note == ""


def test_records_that_move_up_are_not_missed(five: Platform) -> None:
    job = job_for_all()

    def delete_first(page: int) -> None:
        if page == 0:
            five.ngnpro.sip.delete_account(SipId.parse("ada@example.com"))

    read_all(five, job, delete_first)
    assert planned(job) == list(NAMES)
    assert "was read again" in ShownJob(job).reading_note


def test_a_change_that_moves_a_record_and_leaves_the_total_as_it_is_is_noticed(five: Platform) -> None:
    job = job_for_all()

    def edit_last(page: int) -> None:
        if page == 0:  # NGNPro lists what was changed last first
            five.ngnpro.sip.update_account(replace(five.account("zoe@example.com"), quota=7))

    read_all(five, job, edit_last)
    assert planned(job) == list(NAMES)
    assert "was read again" in ShownJob(job).reading_note


def test_records_that_move_down_are_planned_once_and_new_ones_are_found(five: Platform) -> None:
    job = job_for_all()
    read_all(five, job, lambda page: five.add_account("aaa@example.com") if page == 1 else None)
    assert sorted(planned(job)) == ["aaa", *NAMES]
    assert job.rows.count() == job.rows.values("position").distinct().count()


def test_a_list_that_never_stays_as_it_is_ends_and_says_so(five: Platform, browser: Client) -> None:
    job = job_for_all()

    def add_one(page: int) -> None:
        if page % 3 == 0:
            five.add_account(f"a{page:03}@example.com")

    read_all(five, job, add_one)
    assert job.reading["passes"] == MOST_PASSES
    assert len(planned(job)) == len(set(planned(job)))
    answer = browser.get(f"/jobs/{job.pk}/")
    assert "may be missing" in Page(answer).text
