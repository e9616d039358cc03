"""Tests of portal/people/lockouts.py: lockouts of increasing length, for a name and for a source."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from portal.people import lockouts
from portal.people.models import SignInTry
from portal.people.operators.models import Operator
from tests.support.pages import Page
from tests.support.portal import ACCOUNT, CUSTOMER, PASSWORD, Platform

SIGN_IN = "/session/sign-in/"


@pytest.fixture(autouse=True)
def _people(platform: Platform, operator: Operator) -> None:
    """An operator named ines, and an NGNPro server that answers."""


def tries(name: str = "ines", password: str = "wrong", source: str = "127.0.0.1", browser: str = "") -> int:
    data = {"username": name, "password": password}
    headers = {"User-Agent": browser}
    return Client().post(SIGN_IN, data, REMOTE_ADDR=source, headers=headers).status_code


def wait(time: timedelta) -> None:
    """Move the times of all failures into the past by this much."""
    SignInTry.objects.update(tried_at=F("tried_at") - time)


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
    (lock,) = lockouts.list_locks()
    assert lock.failures == 5
    wait(timedelta(minutes=2))
    assert tries(password=PASSWORD) == 302


def test_a_success_forgets_the_failures_of_this_name_from_this_source_only() -> None:
    for source in ("192.0.2.1", "192.0.2.2"):
        for _try in range(4):
            tries(source=source)
    assert tries(password=PASSWORD, source="192.0.2.1") == 302
    assert [lock.source for lock in lockouts.list_locks()] == ["192.0.2.2"]
    assert tries(source="192.0.2.2") == 429


def test_neither_another_browser_nor_another_spelling_evades_the_limit() -> None:
    for number, name in enumerate(("ines", "INES", " Ines", "iNeS ", "InEs")):
        tries(name, browser=f"browser {number}")
    assert tries(password=PASSWORD) == 429
    (lock,) = lockouts.list_locks()
    assert (lock.username, lock.failures) == ("ines", 5)


def test_a_source_that_tries_many_names_is_paused_as_a_whole(settings: Settings) -> None:
    settings.SIGN_IN_TRIES_PER_SOURCE = 10
    for number in range(10):
        tries(f"name{number}")
    assert tries(password=PASSWORD) == 429
    assert tries(password=PASSWORD, source="192.0.2.7") == 302
    everybody = next(lock for lock in lockouts.list_locks() if not lock.username)
    assert everybody.until is not None
    assert lockouts.release_lock("", everybody.source)
    assert tries(password=PASSWORD) == 302


def test_failures_are_forgotten_after_a_day() -> None:
    for _try in range(4):
        tries()
    wait(timedelta(hours=25))
    assert lockouts.list_locks() == []
    assert tries() == 422
    assert tries(password=PASSWORD) == 302


def test_the_page_says_how_long_the_pause_lasts() -> None:
    for _try in range(5):
        tries()
    wait(timedelta(minutes=2))
    answer = Client().post(SIGN_IN, {"username": "ines", "password": "wrong"})
    assert "locked for 4 minutes" in Page(answer).text


@pytest.mark.parametrize(("failures", "minutes"), [(4, 0), (5, 2), (6, 4), (9, 32), (10, 60), (5000, 60)])
def test_pauses_never_grow_beyond_an_hour(failures: int, minutes: int) -> None:
    assert lockouts.lockout_length(failures, 5) == timedelta(minutes=minutes)


def test_locks_that_last_stand_before_those_that_are_over() -> None:
    tries("later")
    for _try in range(5):
        tries("first")
    tries("last")
    assert [lock.username for lock in lockouts.list_locks()] == ["first", "last", "later"]
    assert lockouts.list_locks()[0].until is not None
    assert lockouts.list_locks()[0].last_at <= timezone.now()


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"
HOME = "192.0.2.7"


def guess_slowly(name: str, times: int) -> set[int]:
    """Try wrong passwords, each from a different address."""
    return {tries(name, source=f"198.51.{number}.1") for number in range(times)}


@pytest.mark.parametrize(
    ("name", "password"),
    [("ines", PASSWORD), ("harbour", CUSTOMER["password"]), ("ada@example.com", ACCOUNT["password"])],
)
def test_guessing_from_many_addresses_slows_strangers_and_not_the_person_at_a_known_place(
    world: Platform, settings: Settings, name: str, password: str
) -> None:
    settings.SIGN_IN_TRIES_PER_NAME = 8
    assert tries(name, password, HOME, FIREFOX) == 302
    assert guess_slowly(name, 7) == {422}
    assert tries(name, source="198.51.100.1") == 429
    world.forget_calls()
    assert tries(name, password, "203.0.113.5") == 429
    assert tries(name, password, HOME, "Safari") == 429
    assert world.calls == []
    assert tries(name.upper(), password, HOME, FIREFOX) == 302
    assert tries("somebody-else", source="203.0.113.5") == 422
    wait(timedelta(minutes=2))
    assert tries(name, password, "203.0.113.5") == 302


def test_the_pause_of_a_name_everywhere_is_a_quarter_of_an_hour_at_most(settings: Settings) -> None:
    settings.SIGN_IN_TRIES_PER_NAME = 3
    guess_slowly("ines", 3)
    for number in range(5):
        wait(timedelta(minutes=15))
        assert tries(source=f"198.51.100.{number}") == 429
        assert SignInTry.objects.count() == 4 + number
    assert tries(password=PASSWORD, source=HOME) == 429
    wait(timedelta(minutes=15))
    assert tries(password=PASSWORD, source=HOME) == 302


def test_a_person_at_a_known_place_has_the_usual_limit(settings: Settings) -> None:
    settings.SIGN_IN_TRIES_PER_NAME = 8
    assert tries(password=PASSWORD, source=HOME, browser=FIREFOX) == 302
    guess_slowly("ines", 8)
    assert [tries(source=HOME, browser=FIREFOX) for _ in range(5)] == [422, 422, 422, 422, 429]
    assert tries(password=PASSWORD, source=HOME, browser=FIREFOX) == 429


def test_links_that_lead_nowhere_pause_no_other_source(settings: Settings) -> None:
    settings.SIGN_IN_TRIES_PER_NAME = 3
    for number in range(6):
        url = reverse("accounts:phones:set-up-open", args=["no-such-link"])
        assert Client().get(url, REMOTE_ADDR=f"198.51.100.{number}").status_code == 404
    assert len(lockouts.list_locks()) == 6
    assert all(lock.source for lock in lockouts.list_locks())


def test_an_ipv6_network_counts_as_one_source_and_ipv4_within_ipv6_as_ipv4() -> None:
    for number in range(4):
        assert tries(source=f"2001:db8:1:2::{number}") == 422
    assert tries(source="2001:db8:1:2:ffff::1") == 429
    assert tries(password=PASSWORD, source="2001:db8:1:2::99") == 429
    assert tries(password=PASSWORD, source="2001:db8:1:3::1") == 302
    for source in ("192.0.2.1", "::ffff:192.0.2.1", "::ffff:c000:201", "192.0.2.1"):
        assert tries("mara", source=source) == 422
    assert tries("mara", source="::ffff:192.0.2.1") == 429


def test_a_success_forgets_the_failures_of_the_whole_ipv6_network() -> None:
    for _try in range(4):
        tries(source="2001:db8:1:2::1")
    assert tries(password=PASSWORD, source="2001:db8:1:2::2") == 302
    assert lockouts.list_locks() == []
