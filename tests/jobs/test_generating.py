"""The number generator, and jobs on the command line."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from portal.accounts.generator import check_run, numbers_of
from portal.jobs.choices import JobState
from portal.jobs.models import Job
from portal.ngnpro.records import EnumId, EnumRange, EnumRangeId
from tests.support.jobs import do, states, worked
from tests.support.pages import Page
from tests.support.portal import Platform

WISH = {
    "pattern": "3120800####",
    "start": "8",
    "count": "3",
    "domain": "example.com",
    "firstName": "Room",
    "lastName": "{number}",
    "email": "{number}@mail.example",
    "timezone": "Europe/Amsterdam",
    "quota": "25",
    "groups": "free-pstn; sms",
    "acl": "192.0.2.0 24",
    "with_numbers": "on",
    "tld": "e164.arpa",
}


@pytest.fixture
def ranged(harbour: Platform) -> Platform:
    wide = EnumRange(id=EnumRangeId(prefix="3120800"), min_digits=11, max_digits=11)
    harbour.ngnpro.enum.add_range(wide)
    return harbour


def test_numbers_count_up_and_keep_leading_zeros() -> None:
    assert list(numbers_of("00318##", 9, 3)) == ["0031809", "0031810", "0031811"]
    assert list(numbers_of("0099", 5, 2)) == ["0099", "0100"]


@pytest.mark.parametrize(("pattern", "start", "count"), [("", 0, 1), ("31#", 9, 2), ("3a#", 0, 1), ("#1", 0, 1)])
def test_a_pattern_that_does_not_fit_is_refused(pattern: str, start: int, count: int) -> None:
    with pytest.raises(ValidationError):
        check_run(pattern, start, count)


def test_accounts_and_numbers_are_made_and_passwords_given_out_once(ranged: Platform, browser: Client) -> None:
    ranged.add_account("31208000009@example.com")
    answer = browser.post("/jobs/generate/", WISH)
    assert answer.status_code == 302, answer.content.decode()
    job = worked(Job.objects.get())
    assert states(job) == {
        "31208000008@example.com": "ready",
        "31208000009@example.com": "skipped",
        "31208000010@example.com": "ready",
        **{f"3120800{end}@e164.arpa": "waiting" for end in ("0008", "0010")},
        "31208000009@e164.arpa": "ready",
    }

    do(browser, job, "apply")

    made = ranged.account("31208000010@example.com")
    assert (made.quota, set(made.groups), made.acl[0].ip) == (25, {"free-pstn", "sms"}, "192.0.2.0")
    assert (made.last_name, made.email, made.rpid) == ("31208000010", "31208000010@mail.example", "31208000010")
    number = ranged.ngnpro.enum.get_number(EnumId(number="31208000010"))
    assert [mapping.mapto for mapping in number.mappings] == ["sip:31208000010@example.com"]
    first = passwords(browser, job)
    assert list(first) == ["31208000008@example.com", "31208000010@example.com"]
    assert len(set(first.values())) == 2
    assert passwords(browser, job) == {}


def test_the_form_begins_with_a_range_and_shows_the_first_and_the_last_number(
    ranged: Platform, browser: Client
) -> None:
    page = Page(browser.get("/enum/ranges/3120800/e164.arpa/"))
    (url,) = page.root.xpath("//a[contains(@href, '/jobs/generate/?')]/@href")
    assert Page(browser.get(url)).field("pattern").get("value") == "3120800####"
    shown = {
        "pattern=3120800%23%23%23%23&start=8&count=3": "31208000008 to 31208000010, 3 numbers",
        "pattern=003120099&count=2": "003120099 to 003120100, 2 numbers",
        "pattern=31%23&count=11": "The pattern does not have that many numbers. Use more # or fewer numbers.",
        "pattern=31%23&count=" + "9" * 5000: "",
    }
    for query, text in shown.items():
        (run,) = Page(browser.get(f"/jobs/generate/?{query}")).root.xpath("//*[@id='run']")
        assert (run.text or "") == text, query


def passwords(browser: Client, job: Job) -> dict[str, str]:
    answer: Any = browser.post(f"/jobs/{job.pk}/passwords/")
    rows = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    return {row["Account"]: row["Password"] for row in rows}


def test_the_command_line_plans_applies_and_lists(
    harbour: Platform, browser: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("id;quota\nada@example.com;25\nnobody;1\n")
    call_command("plan", str(file), kind="account", operator="ines")
    assert "line 3: " in capsys.readouterr().out
    job = Job.objects.get()
    assert states(job) == {"ada@example.com": "ready", "": "conflict"}
    assert browser.get(f"/jobs/{job.pk}/").status_code == 200

    call_command("apply", str(job.pk)[:8], wait=True)
    assert harbour.account().quota == 25
    call_command("jobs")
    assert "1 done, 1 conflicts" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Not possible now"):
        call_command("jobs", str(job.pk), "--cancel")
    call_command("jobs", str(job.pk), "--again")
    call_command("jobs", str(job.pk), "--pause")
    call_command("jobs", str(job.pk), "--resume")
    assert states(worked(job)) == {"ada@example.com": "done", "": "conflict"}
    call_command("jobs", str(job.pk), "--undo")
    assert states(Job.objects.get(undoes=job)) == {"ada@example.com": "ready"}
    with pytest.raises(CommandError, match="no active operator"):
        call_command("plan", str(file), kind="account", operator="somebody")


def test_generated_records_belong_to_the_owner_and_accounts_have_the_call_limit(
    ranged: Platform, browser: Client
) -> None:
    owner = ranged.add_customer()
    browser.post("/jobs/generate/", WISH | {"owner": str(owner.id), "callLimit": "4", "count": "1"})
    do(browser, worked(Job.objects.get()), "apply")
    made = ranged.account("31208000008@example.com")
    assert (made.owner, made.call_limit) == (owner.id, 4)
    assert ranged.ngnpro.enum.get_number(EnumId(number="31208000008")).owner == owner.id


def test_a_plan_of_the_command_line_that_only_changes_adds_nothing(
    harbour: Platform, browser: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("id;quota\nada@example.com;25\nnew@example.com;25\n")
    call_command("plan", str(file), "--change-only", kind="account", operator="ines")
    said = "line 3: new@example.com: It does not exist, and the job adds nothing."
    assert said in capsys.readouterr().out
    job = Job.objects.get()
    assert states(job) == {"ada@example.com": "ready", "new@example.com": "conflict"}
    call_command("apply", str(job.pk), wait=True)
    assert harbour.account().quota == 25
    assert harbour.ngnpro.sip.get_accounts().total == 3
    with pytest.raises(CommandError, match="not allowed with"):
        call_command("plan", str(file), "--change-only", "--add-only", kind="account", operator="ines")


def test_the_command_line_generates(ranged: Platform, browser: Client) -> None:
    words = {"count": 2, "domain": "example.com", "email": "{number}@mail.example", "operator": "ines"}
    call_command("generate", "31208000100", **words)
    job = Job.objects.get()
    assert job.state == JobState.PLANNED
    assert set(states(job).values()) == {"ready", "waiting"}
    with pytest.raises(CommandError, match="Digits"):
        call_command("generate", "3120800##1#", **words)
