"""The passwords of one account: set, shown once, and revealed only if the platform stores them in clear text."""

from __future__ import annotations

import dataclasses
import hashlib
import time
from typing import Any, ClassVar

import pytest
from django.test import Client

from portal.journal.models import JournalEntry
from portal.ngnpro.hashes import hashed_password
from portal.ngnpro.records import CustomerProperty, SipAccount
from portal.people import confirmation, sessions
from portal.people.operators.models import Operator
from tests.support.journal import everything, latest, secrets
from tests.support.page_cases import OpeningCases
from tests.support.pages import Page
from tests.support.portal import ACCOUNT, PASSWORD, Platform, signed_in

URL = "/accounts/ada@example.com/passwords/"
SHOW = f"{URL}show/"


def ha1(password: str) -> str:
    return hashlib.md5(f"ada:example.com:{password}".encode(), usedforsecurity=False).hexdigest()


def made(answer: Any, name: str = "password") -> str:
    return str(Page(answer).root.get_element_by_id(name).text)


@pytest.fixture
def clear(world: Platform) -> Platform:
    """A platform that stores the passwords of this account in clear text."""
    keep = CustomerProperty(name="store_clear_text_passwords", value="1")
    world.ngnpro.customers.set_properties(1, [keep])
    world.ngnpro.sip.update_account(dataclasses.replace(world.account(), password=ACCOUNT["password"]))
    assert world.account().password == ACCOUNT["password"]
    return world


def change(platform: Platform, **values: Any) -> SipAccount:
    return platform.ngnpro.sip.update_account(dataclasses.replace(platform.account(), **values))


@pytest.mark.usefixtures("world")
class TestPage(OpeningCases):
    url = URL
    forms: ClassVar = {"": {"which": "sip", "make": "on"}}
    calls = ("getAccount",)

    def stored(self, platform: Platform, address: str = "ada@example.com") -> Any:
        return platform.account(address).ha1


def test_a_strong_password_is_made_in_two_clicks_from_the_record_and_shown_once(
    browser: Client, world: Platform
) -> None:
    page = Page(browser.get("/accounts/ada@example.com/"))
    assert page.links()["Reset password"] == URL
    answer = browser.post(URL, {"which": "sip", "make": "on"}, follow=True)
    password = made(answer)
    assert len(password) == 16
    assert world.account().ha1 == ha1(password)
    assert answer.headers["Cache-Control"] == "no-store"
    assert password not in browser.get(URL).content.decode()


def test_an_entered_password_is_stored_and_not_shown(browser: Client, world: Platform) -> None:
    answer = browser.post(URL, {"which": "sip", "password": "canary-password-1"}, follow=True)
    assert "The SIP password was set." in Page(answer).text
    assert "canary" not in answer.content.decode()
    assert world.account().ha1 == ha1("canary-password-1")


def test_the_web_password_is_set_and_nothing_else_changes(browser: Client, world: Platform) -> None:
    before = world.account()
    answer = browser.post(URL, {"which": "web", "make": "on"}, follow=True)
    after = world.account()
    assert after.get_property("web_password") == hashed_password(after.id, made(answer, "web-password"))
    assert (after.ha1, after.groups, after.email) == (before.ha1, before.groups, before.email)


@pytest.mark.parametrize(
    ("password", "words"), [("short", "at least 10"), ("aaaaaaaaaa", "too easy"), ("", "Type a password")]
)
def test_a_weak_password_is_refused_beside_its_field(
    browser: Client, world: Platform, password: str, words: str
) -> None:
    answer = browser.post(URL, {"which": "web", "password": password})
    assert answer.status_code == 422
    assert words in Page(answer).root.get_element_by_id("id_web_password_error").text
    assert not world.account().get_property("web_password")


def test_hashed_passwords_cannot_be_shown(browser: Client, world: Platform) -> None:
    assert "Show it" not in Page(browser.get(URL)).text
    answer = browser.post(SHOW, follow=True)
    assert "It is stored encrypted" in Page(answer).text
    assert not JournalEntry.objects.filter(operation="showPassword").exists()


def test_clear_text_is_shown_on_a_click_once_and_journalled(browser: Client, clear: Platform) -> None:
    page = browser.get(URL)
    assert ACCOUNT["password"] not in page.content.decode()
    assert made(browser.post(SHOW, follow=True)) == ACCOUNT["password"]
    assert ACCOUNT["password"] not in browser.get(URL).content.decode()
    entry = latest()
    assert (entry.operation, entry.kind, entry.key) == ("showPassword", "account", "ada@example.com")
    assert ACCOUNT["password"] not in everything()


def test_an_operator_without_that_right_sees_no_password(client: Client, clear: Platform) -> None:
    operator = Operator.objects.create_user("nosy", PASSWORD, may_see_passwords=False)
    client.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(SHOW, follow=True)
    assert "You may not see passwords" in Page(answer).text
    assert ACCOUNT["password"] not in answer.content.decode()


def test_setting_a_password_is_journalled_without_it(browser: Client, world: Platform) -> None:
    browser.post(URL, {"which": "sip", "password": "canary-password-1"})
    assert (latest().operation, secrets(latest())) == ("updateAccount", {"password"})
    assert "canary" not in everything()


class TestSubscribers:
    def test_subscribers_see_and_set_their_own(self, people: dict[str, Client], clear: Platform) -> None:
        confirmed = {"current_password": ACCOUNT["password"]}
        assert made(people["subscriber"].post(SHOW, confirmed, follow=True)) == ACCOUNT["password"]
        typed = {"which": "sip", "make": "on", "current_password": ACCOUNT["password"]}
        made(people["subscriber"].post(URL, typed, follow=True))
        assert clear.account().password != ACCOUNT["password"]

    @pytest.mark.parametrize("typed", ["", "wrong"])
    def test_subscribers_enter_their_password_to_see_it(
        self, people: dict[str, Client], clear: Platform, typed: str
    ) -> None:
        browser = people["subscriber"]
        session = browser.session
        session[confirmation.CONFIRMED] = {"person": sessions.person_of(session), "at": time.time()}
        session.save()
        assert not Page(browser.get(URL)).root.xpath("//input[@id='id_sip_current_password']")
        answer = browser.post(SHOW, {"current_password": typed})
        assert answer.status_code == 422
        assert Page(answer).error_of("current_password")
        assert ACCOUNT["password"] not in answer.content.decode() + browser.get(URL).content.decode()
        assert not JournalEntry.objects.filter(operation="showPassword").exists()

    def test_a_subscriber_with_a_web_password_does_not_see_the_sip_password(
        self, client: Client, clear: Platform
    ) -> None:
        operator = Operator.objects.create_user("nosy", PASSWORD, may_see_passwords=False)
        client.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
        assert client.post(URL, {"which": "web", "password": "three unrelated words"}).status_code == 302
        browser = signed_in("ada@example.com", "three unrelated words")
        page = Page(browser.get(URL))
        assert "only to those who sign in with it" in page.text
        assert "Show it" not in page.text
        answer = browser.post(SHOW, {"current_password": "three unrelated words"}, follow=True)
        assert "only to those who sign in with it" in Page(answer).text
        assert ACCOUNT["password"] not in answer.content.decode()

    def test_the_sessions_of_others_continue(self, people: dict[str, Client], clear: Platform) -> None:
        before = clear.account()
        for person in ("another subscriber", "another customer", "another reseller"):
            assert people[person].post(URL, {"which": "sip", "make": "on"}).status_code == 404
            assert people[person].post(SHOW).status_code == 404
        assert clear.account().password == before.password

    def test_not_the_sip_password_where_that_is_denied(self, people: dict[str, Client], clear: Platform) -> None:
        change(clear, groups=("deny-password-change",))
        browser = people["subscriber"]
        assert "Your provider sets this password" in Page(browser.get(URL)).text
        answer = browser.post(URL, {"which": "sip", "make": "on"})
        assert answer.status_code == 422
        assert clear.account().password == ACCOUNT["password"]
        assert "Your provider keeps this password" in Page(browser.post(SHOW, follow=True)).text
        typed = {"which": "web", "make": "on", "current_password": ACCOUNT["password"]}
        assert browser.post(URL, typed).status_code == 302
        assert people["customer"].post(URL, {"which": "sip", "make": "on"}).status_code == 302


def test_read_only_operators_set_no_password(people: dict[str, Client], world: Platform) -> None:
    browser = people["read-only operator"]
    assert "Generate a new SIP password" not in Page(browser.get(URL)).text
    assert browser.post(URL, {"which": "sip", "make": "on"}).status_code == 403
