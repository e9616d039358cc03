"""The page of failed sign-ins."""

from __future__ import annotations

from django.test import Client
from pytest_django import Settings

from portal.people.operators.models import Operator
from tests.support.pages import Page
from tests.support.portal import PASSWORD, Platform, signed_in

LOCKS, SIGN_IN = "/operators/locks/", "/session/sign-in/"


def fail(name: str, times: int = 5) -> None:
    for _try in range(times):
        Client().post(SIGN_IN, {"username": name, "password": "wrong"}, REMOTE_ADDR="192.0.2.7")


def may_sign_in() -> bool:
    data = {"username": "ines", "password": PASSWORD}
    return Client().post(SIGN_IN, data, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_pauses_are_listed_and_ended(browser: Client, platform: Platform) -> None:
    fail("ines")
    fail("mara", 2)
    rows = Page(browser.get(LOCKS)).rows()
    assert [row[0] for row in rows] == ["ines", "mara"]
    assert rows[0][1] == "192.0.2.7"
    assert rows[0][2].startswith("Locked out until")
    assert rows[1][2] == "Not locked out"
    assert [row[3] for row in rows] == ["5", "2"]
    assert not may_sign_in()
    answer = browser.post(f"{LOCKS}release/", {"name": "ines", "source": "192.0.2.7"}, follow=True)
    assert "ines may try again." in Page(answer).text
    assert may_sign_in()


def test_without_failures_the_page_says_so(browser: Client, platform: Platform) -> None:
    assert "No failed sign-ins" in Page(browser.get(LOCKS)).text
    answer = browser.post(f"{LOCKS}release/", {"name": "x", "source": "y"}, follow=True)
    assert "may try again" not in Page(answer).text


def test_a_read_only_operator_sees_locks_and_cannot_release_them(platform: Platform, operator: Operator) -> None:
    Operator.objects.create_user("looker", PASSWORD, may_change=False)
    looker = signed_in("looker", PASSWORD)
    fail("ines")
    page = Page(looker.get(LOCKS))
    assert page.rows()[0][0] == "ines"
    assert "Release" not in page.text.replace("Release", "", 1)
    assert looker.post(f"{LOCKS}release/", {"name": "ines", "source": "192.0.2.7"}).status_code == 403
    assert not may_sign_in()


def test_hostile_names_are_shown_as_they_are(browser: Client, platform: Platform) -> None:
    fail("<script>alert(1)</script>\u202e", 1)
    text = browser.get(LOCKS).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_a_name_that_is_paused_everywhere_is_listed_and_released(
    browser: Client, platform: Platform, settings: Settings
) -> None:
    settings.SIGN_IN_TRIES_PER_NAME = 4
    for number in range(4):
        Client().post(SIGN_IN, {"username": "ines", "password": "wrong"}, REMOTE_ADDR=f"198.51.100.{number}")
    assert not may_sign_in()
    row = Page(browser.get(LOCKS)).rows()[0]
    assert row[:2] == ["ines", "All networks from which the person has not signed in before"]
    browser.post(f"{LOCKS}release/", {"name": "ines", "source": ""})
    assert may_sign_in()


def test_an_ipv6_network_is_shown_as_one(browser: Client, platform: Platform) -> None:
    Client().post(SIGN_IN, {"username": "ines", "password": "wrong"}, REMOTE_ADDR="2001:db8:1:2:3::4")
    assert Page(browser.get(LOCKS)).rows()[0][1] == "2001:db8:1:2::/64"
