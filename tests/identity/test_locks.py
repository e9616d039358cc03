"""Tests of portal/identity/locks.py: pauses that grow, for a name and for a source."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portal.identity import locks
from portal.operators.models import Operator
from tests.support.pages import Page
from tests.support.portal import PASSWORD, Platform

SIGN_IN = "/session/sign-in/"


@pytest.fixture(autouse=True)
def _people(platform: Platform, operator: Operator) -> None:
    """An operator named ines, and an NGNPro that answers."""


def tries(name: str = "ines", password: str = "wrong", source: str = "127.0.0.1", browser: str = "") -> int:
    data = {"username": name, "password": password}
    headers = {"User-Agent": browser}
    return Client().post(SIGN_IN, data, REMOTE_ADDR=source, headers=headers).status_code


def wait(time: timedelta) -> None:
    """Let all failures be so much older."""
    for attempt in AccessAttempt.objects.all():
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=attempt.attempt_time - time)


def test_each_failure_after_a_pause_doubles_the_next_one() -> None:
    for _try in range(5):
        tries()
    for minutes in (2, 4, 8, 16, 32, 60, 60):
        wait(timedelta(minutes=minutes, seconds=-5))
        assert tries(password=PASSWORD) == 429
        wait(timedelta(seconds=6))
        assert tries() == 429
    wait(timedelta(minutes=61))
    assert tries(password=PASSWORD) == 302


def test_trying_during_a_pause_changes_nothing() -> None:
    for _try in range(5):
        tries()
    for _try in range(20):
        assert tries() == 429
    (lock,) = locks.list_locks()
    assert lock.failures == 5
    wait(timedelta(minutes=2))
    assert tries(password=PASSWORD) == 302


def test_a_success_forgets_the_failures_of_this_name_from_this_source_only() -> None:
    for source in ("192.0.2.1", "192.0.2.2"):
        for _try in range(4):
            tries(source=source)
    assert tries(password=PASSWORD, source="192.0.2.1") == 302
    assert [lock.source for lock in locks.list_locks()] == ["192.0.2.2"]
    assert tries(source="192.0.2.2") == 429


def test_neither_another_browser_nor_another_spelling_is_a_way_around() -> None:
    for number, name in enumerate(("ines", "INES", " Ines", "iNeS ", "InEs")):
        tries(name, browser=f"browser {number}")
    assert tries(password=PASSWORD) == 429
    (lock,) = locks.list_locks()
    assert (lock.username, lock.failures) == ("ines", 5)


def test_a_source_that_tries_many_names_is_paused_as_a_whole(settings: Settings) -> None:
    settings.SIGN_IN_TRIES_PER_SOURCE = 10
    for number in range(10):
        tries(f"name{number}")
    assert tries(password=PASSWORD) == 429
    assert tries(password=PASSWORD, source="192.0.2.7") == 302
    everybody = next(lock for lock in locks.list_locks() if not lock.username)
    assert everybody.until is not None
    assert locks.release("", everybody.source)
    assert tries(password=PASSWORD) == 302


def test_failures_are_forgotten_after_a_day() -> None:
    for _try in range(4):
        tries()
    wait(timedelta(hours=25))
    assert locks.list_locks() == []
    assert tries() == 422
    assert tries(password=PASSWORD) == 302


def test_the_page_says_how_long_the_pause_lasts() -> None:
    for _try in range(5):
        tries()
    wait(timedelta(minutes=2))
    answer = Client().post(SIGN_IN, {"username": "ines", "password": "wrong"})
    assert "a pause of 4 minutes" in Page(answer).text


@pytest.mark.parametrize(("failures", "minutes"), [(4, 0), (5, 2), (6, 4), (9, 32), (10, 60), (5000, 60)])
def test_pauses_never_grow_beyond_an_hour(failures: int, minutes: int) -> None:
    assert locks.length_of(failures, 5) == timedelta(minutes=minutes)


def test_locks_that_last_stand_before_those_that_are_over() -> None:
    tries("later")
    for _try in range(5):
        tries("first")
    tries("last")
    assert [lock.username for lock in locks.list_locks()] == ["first", "last", "later"]
    assert locks.list_locks()[0].until is not None
    assert locks.list_locks()[0].last_at <= timezone.now()
