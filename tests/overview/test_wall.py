"""The wall display: a browser that shows the overview and opens nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portal.people.models import SignedIn
from portal.people.sessions import delete_old_sessions
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.test_access import PAGES, address
from tests.watch.test_watch import without_watch

WALL, START = "/wall/", "/session/wall/"


def on_wall(browser: Client) -> Client:
    answer = browser.post(START)
    assert (answer.status_code, answer.headers["Location"]) == (302, WALL)
    return browser


def figure(page: Page, label: str) -> str:
    [found] = page.root.xpath("//dl/div[dt[text()=$label]]/dd", label=label)
    return str(found.text_content().strip())


def test_it_shows_the_figures_without_menu_and_links_and_refreshes_itself_without_scripts(
    browser: Client, world: Platform
) -> None:
    world.add_account("bart@example.com", groups=("blocked",))
    page = Page(on_wall(browser).get(WALL))
    assert figure(page, "Blocked accounts") == "1"
    assert page.root.xpath("//nav | //main//a[@href]") == []
    assert "Asks for you" in page.text
    assert page.root.xpath("//noscript/meta/@http-equiv") == ["refresh"]
    assert "As of " in page.text


def test_it_opens_no_other_page_that_needs_a_sign_in(browser: Client, world: Platform) -> None:
    on_wall(browser)
    opened = {}
    for page in sorted(PAGES):
        answer = browser.get(address(page))
        if answer.status_code == 200 and not page.startswith(("running:", "brand:", "people:", "api:")):
            opened[page] = answer.status_code
    assert opened == {"overview:wall": 200}
    assert browser.get("/accounts/").headers["Location"] == WALL
    assert browser.get("/session/places/").headers["Location"] == WALL
    assert browser.post("/accounts/ada@example.com/groups/block/").status_code == 404
    assert "blocked" not in world.account().groups


def test_it_cannot_be_left_without_signing_out(browser: Client, world: Platform) -> None:
    on_wall(browser)
    assert browser.get("/session/sign-in/").headers["Location"] == "/"
    browser.post("/session/sign-out/")
    assert browser.get(WALL).headers["Location"].startswith("/session/sign-in/")


def test_a_browser_that_works_is_told_what_it_is_and_stays_as_it_is(browser: Client, world: Platform) -> None:
    page = Page(browser.get(WALL))
    assert "opens no other page" in page.text
    assert browser.get("/accounts/").status_code == 200
    assert browser.get(START).status_code == 405


@pytest.mark.parametrize("role", ["reseller", "customer"])
def test_each_role_sees_its_own_part(people: dict[str, Client], world: Platform, role: str) -> None:
    everything = int(figure(Page(on_wall(people["operator"]).get(WALL)), "Accounts"))
    assert 0 < int(figure(Page(on_wall(people[role]).get(WALL)), "Accounts")) < everything


def test_a_subscriber_has_none(people: dict[str, Client], world: Platform) -> None:
    assert people["subscriber"].get(WALL).status_code == 404
    assert people["subscriber"].post(START).status_code == 404


def test_while_ngnpro_is_away_all_is_unknown_and_the_page_goes_on_refreshing(browser: Client, world: Platform) -> None:
    on_wall(browser)
    world.cut()
    answer = browser.get(WALL)
    page = Page(answer)
    assert answer.status_code == 503
    assert "NGNPro does not answer, so all figures are unknown." in page.text
    assert page.root.xpath("//noscript/meta/@http-equiv") == ["refresh"]
    assert page.root.xpath("//dl") == []
    world.mend()
    assert browser.get(WALL).status_code == 200


def test_where_the_server_watches_nothing_phones_and_calls_are_left_out(
    browser: Client, world: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_watch(world, monkeypatch)
    page = Page(on_wall(browser).get(WALL))
    assert page.root.xpath("//dt[text()='Registered phones']") == []
    assert figure(page, "Accounts").isdecimal()


def test_its_session_lasts_for_the_days_of_the_setting_unless_its_browser_is_gone(
    browser: Client, world: Platform
) -> None:
    on_wall(browser)
    browser.get(WALL)
    row = SignedIn.objects.get(on_wall=True)
    SignedIn.objects.filter(pk=row.pk).update(since=timezone.now() - timedelta(days=6, hours=23))
    delete_old_sessions()
    assert browser.get(WALL).status_code == 200
    assert browser.session.get_expiry_age() > timedelta(days=6).total_seconds()
    SignedIn.objects.filter(pk=row.pk).update(seen_at=timezone.now() - timedelta(minutes=61))
    assert browser.get(WALL).status_code == 302
    assert not SignedIn.objects.filter(pk=row.pk).exists()


def test_it_ends_after_the_days_of_the_setting(browser: Client, world: Platform) -> None:
    on_wall(browser)
    SignedIn.objects.filter(on_wall=True).update(since=timezone.now() - timedelta(days=7, hours=1))
    assert browser.get(WALL).headers["Location"].startswith("/session/sign-in/")


def test_it_can_be_switched_off(browser: Client, world: Platform, settings: Settings) -> None:
    assert "Wall display" in Page(browser.get("/")).text
    settings.WALL_DAYS = 0
    assert "Wall display" not in Page(browser.get("/")).text
    assert browser.get(WALL).status_code == 404
    assert browser.post(START).status_code == 404


def test_the_list_of_sessions_marks_it(people: dict[str, Client], world: Platform) -> None:
    people["operator"].get("/")
    SignedIn.objects.filter(person__startswith="operator").update(on_wall=True)
    assert "wall display" in Page(people["operator"].get("/session/places/")).text
