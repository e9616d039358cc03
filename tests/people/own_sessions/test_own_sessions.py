"""The sessions of a person, and when they end by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portal.people import sessions
from portal.people.models import SignedIn
from portal.people.operators.models import Operator
from portal.people.own_sessions.views import browser_in_words
from portal.people.sessions import SessionStore
from tests.support.pages import Page
from tests.support.portal import PASSWORD, Platform, signed_in

PLACES = "/session/places/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
LOGIN = ("ines", PASSWORD)


@pytest.fixture
def here(operator: Operator, platform: Platform) -> Client:
    return signed_in(*LOGIN)


def elsewhere(name: str = "ines", password: str = PASSWORD) -> Client:
    browser = Client(headers={"User-Agent": FIREFOX}, REMOTE_ADDR="192.0.2.7")
    browser.post("/session/sign-in/", {"username": name, "password": password})
    return browser


def is_in(browser: Client) -> bool:
    return browser.get(PLACES).status_code == 200


def age(browser: Client, **changes: timedelta) -> None:
    """Make a browser's session appear older."""
    mine = SignedIn.objects.filter(key_hash=sessions.session_hash(browser.session.session_key))
    assert mine.update(**{name: timezone.now() - ago for name, ago in changes.items()}) == 1


def test_the_list_names_browser_address_and_times_and_marks_this_one(here: Client) -> None:
    other = elsewhere()
    assert is_in(other)
    rows = Page(here.get(PLACES)).rows()
    assert {row[0] for row in rows} == {"An unknown browser this one", "Firefox on Linux"}
    assert {row[1] for row in rows} == {"127.0.0.1", "192.0.2.7"}


@pytest.mark.parametrize(
    "login",
    [("harbour", "secret-of-customer"), ("ada@example.com", "a-secret-of-ada"), ("meridian", "secret-of-customer")],
)
def test_everyone_sees_and_ends_their_own_sessions(world: Platform, operator: Operator, login: tuple[str, str]) -> None:
    one, two, stranger = signed_in(*login), elsewhere(*login), signed_in(*LOGIN)
    assert len(Page(one.get(PLACES)).rows()) == 2
    one.post("/session/places/end/")
    assert is_in(one)
    assert not is_in(two)
    assert is_in(stranger)


def test_one_place_is_ended_at_once_with_its_data(here: Client) -> None:
    other = elsewhere()
    key = other.session.session_key
    place = SignedIn.objects.get(key_hash=sessions.session_hash(key))
    assert Session.objects.filter(pk=sessions.session_hash(key)).exists()
    answer = here.post(f"/session/places/{place.pk}/end/", follow=True)
    assert "That browser is signed out." in answer.content.decode()
    assert not Session.objects.filter(pk=sessions.session_hash(key)).exists()
    assert not is_in(other)
    assert is_in(here)


def test_ending_places_reads_no_other_session(here: Client, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        elsewhere()
    others = SignedIn.objects.exclude(key_hash=sessions.session_hash(here.session.session_key))
    with django_assert_num_queries(3) as caught:
        assert sessions.end_sessions(others) == 3
    assert not [query["sql"] for query in caught if "SELECT" in query["sql"] and "django_session" in query["sql"]]
    assert Session.objects.count() == 1


def test_a_session_is_not_in_the_database_by_the_key_of_its_cookie(here: Client) -> None:
    key = here.session.session_key
    assert key
    assert not Session.objects.filter(pk=key).exists()
    stolen = Client()
    stolen.cookies["portal-session"] = Session.objects.get().pk
    assert not is_in(stolen)
    assert SessionStore(key).exists(key)
    here.post("/session/sign-out/")
    assert not SessionStore(key).exists(key)


def test_someone_elses_place_does_not_exist(here: Client) -> None:
    Operator.objects.create_user("other", PASSWORD)
    other = elsewhere("other")
    place = SignedIn.objects.get(key_hash=sessions.session_hash(other.session.session_key))
    assert here.post(f"/session/places/{place.pk}/end/").status_code == 404
    assert is_in(other)


def test_ending_this_place_is_signing_out(here: Client) -> None:
    place = SignedIn.objects.get()
    assert here.post(f"/session/places/{place.pk}/end/").headers["Location"] == "/session/sign-in/"
    assert not is_in(here)


def test_a_session_without_its_row_has_ended_even_if_its_data_exists(here: Client) -> None:
    SignedIn.objects.all().delete()
    answer = here.get("/domains/", follow=True)
    assert "You were signed out." in answer.content.decode()
    assert not is_in(here)


def test_a_person_who_does_nothing_for_an_hour_is_signed_out(here: Client) -> None:
    age(here, seen_at=timedelta(minutes=59))
    assert is_in(here)
    age(here, seen_at=timedelta(minutes=61))
    assert here.get("/domains/").headers["Location"].startswith("/session/sign-in/?next=")
    assert not SignedIn.objects.exists()


def test_looking_at_pages_keeps_a_session_alive_but_not_beyond_its_total_time(here: Client) -> None:
    age(here, since=timedelta(hours=9, minutes=59), seen_at=timedelta(minutes=50))
    assert is_in(here)
    assert SignedIn.objects.get().seen_at > timezone.now() - timedelta(minutes=1)
    age(here, since=timedelta(hours=10, minutes=1))
    assert not is_in(here)


def test_the_idle_limit_can_be_switched_off(here: Client, settings: Settings) -> None:
    settings.SESSION_IDLE_MINUTES = 0
    age(here, seen_at=timedelta(hours=5))
    assert is_in(here)


def test_pages_within_a_minute_are_not_written_down(here: Client) -> None:
    age(here, seen_at=timedelta(seconds=30))
    before = SignedIn.objects.get().seen_at
    is_in(here)
    assert SignedIn.objects.get().seen_at == before


def test_no_key_and_no_name_of_a_session_is_kept_in_clear(here: Client) -> None:
    kept = " ".join(str(value) for value in SignedIn.objects.values().get().values())
    assert here.session.session_key
    assert here.session.session_key not in kept
    assert PASSWORD not in kept


def test_signing_out_and_signing_in_as_someone_else_leave_no_row_behind(here: Client) -> None:
    Operator.objects.create_user("other", PASSWORD)
    here.post("/session/sign-in/", {"username": "other", "password": PASSWORD})
    assert SignedIn.objects.get().person.endswith(str(Operator.objects.get(username="other").pk))
    here.post("/session/sign-out/")
    assert not SignedIn.objects.exists()


def test_old_rows_are_swept(here: Client) -> None:
    age(here, since=timedelta(hours=11))
    sessions.delete_old_sessions()
    assert not SignedIn.objects.exists()


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            "Chrome on Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18 Safari/605.1.15", "Safari on macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        (FIREFOX, "Firefox on Linux"),
        ("curl/8.0", "An unknown browser"),
        ("", "An unknown browser"),
    ],
)
def test_browsers_are_named_in_words(user_agent: str, words: str) -> None:
    assert browser_in_words(user_agent) == words
