"""The current password, required before a person changes how they sign in."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest
from django.test import Client
from pytest_django import Settings

from portal.ngnpro.hashes import hashed_password
from portal.people.operators.models import Operator
from tests.support.clock import Clock
from tests.support.pages import Page
from tests.support.portal import ACCOUNT, CUSTOMER, PASSWORD, Platform, signed_in

GOOD = "three unrelated words"
SETTINGS, PASSWORDS = "/accounts/ada@example.com/settings/", "/accounts/ada@example.com/passwords/"
CUSTOMER_EDIT, RESELLER_EDIT = "/customers/2/edit/", "/customers/1/edit/"
OWN = "/operators/own/"


def edit(browser: Client, url: str, **values: str) -> Any:
    return browser.post(url, Page(browser.get(url)).form_data() | values)


@pytest.mark.parametrize(("login", "url"), [("harbour", CUSTOMER_EDIT), ("meridian", RESELLER_EDIT)])
@pytest.mark.parametrize("change", [{"password": GOOD}, {"email": "elsewhere@example.net"}])
def test_customers_and_resellers_confirm_changes_of_their_own_login(
    world: Platform, login: str, url: str, change: dict[str, str]
) -> None:
    here, there = signed_in(login, CUSTOMER["password"]), signed_in(login, CUSTOMER["password"])
    number = int(url.split("/")[2])
    before = world.ngnpro.customers.get_account(number)
    for typed, words in (("", "Type your current password"), ("wrong", "not your password")):
        answer = edit(here, url, current_password=typed, **change)
        assert answer.status_code == 422
        assert words in Page(answer).error_of("current_password")
    assert world.ngnpro.customers.get_account(number) == before
    assert edit(here, url, current_password=CUSTOMER["password"], **change).status_code == 302
    after = world.ngnpro.customers.get_account(number)
    assert {name: getattr(after, name) for name in change} == change
    assert here.get(url).status_code == 200
    assert there.get(url).status_code == 302


def test_other_changes_need_no_password(world: Platform) -> None:
    browser = signed_in("harbour", CUSTOMER["password"])
    assert edit(browser, CUSTOMER_EDIT, city="Delft").status_code == 302
    subscriber = signed_in("ada@example.com", ACCOUNT["password"])
    assert edit(subscriber, SETTINGS, timeout="33").status_code == 302


def test_an_operator_who_acts_for_a_customer_is_not_asked_for_the_customers_password(
    people: dict[str, Client], world: Platform
) -> None:
    for name, url in (
        ("operator", CUSTOMER_EDIT),
        ("reseller", CUSTOMER_EDIT),
        ("operator", "/accounts/ada@example.com/edit/"),
    ):
        page = Page(people[name].get(url))
        assert not page.root.xpath("//input[@name='current_password']")
        assert edit(people[name], url, password=f"{GOOD} of {name}").status_code == 302
    assert people["reseller"].post(PASSWORDS, {"which": "sip", "password": GOOD}).status_code == 302


def test_a_subscriber_confirms_another_email(world: Platform) -> None:
    here, there = (signed_in("ada@example.com", ACCOUNT["password"]) for _ in range(2))
    answer = edit(here, SETTINGS, email="new@example.net", current_password="wrong")
    assert "not your password" in Page(answer).error_of("current_password")
    assert world.account().email == "ada@example.com"
    assert edit(here, SETTINGS, email="new@example.net", current_password=ACCOUNT["password"]).status_code == 302
    assert world.account().email == "new@example.net"
    assert there.get(SETTINGS).status_code == 302
    assert here.get(SETTINGS).status_code == 200


@pytest.mark.parametrize("which", ["sip", "web"])
@pytest.mark.parametrize("way", [{"make": "on"}, {"password": GOOD}])
def test_a_subscriber_confirms_another_password(world: Platform, which: str, way: dict[str, str]) -> None:
    here, there = (signed_in("ada@example.com", ACCOUNT["password"]) for _ in range(2))
    before = world.account()
    for typed in ("", "wrong"):
        answer = here.post(PASSWORDS, {"which": which, "current_password": typed, **way})
        assert answer.status_code == 422
        assert Page(answer).root.get_element_by_id(f"id_{which}_current_password_error").text
    assert world.account() == before
    answer = here.post(PASSWORDS, {"which": which, "current_password": ACCOUNT["password"], **way})
    assert answer.status_code == 302
    assert world.account() != before
    assert there.get(PASSWORDS).status_code == 302
    assert here.get(PASSWORDS).status_code == 200


def test_wrong_confirmations_count_as_failed_sign_ins(world: Platform, settings: Settings) -> None:
    browser = signed_in("ada@example.com", ACCOUNT["password"])
    for _time in range(settings.SIGN_IN_TRIES):
        browser.post(PASSWORDS, {"which": "web", "password": GOOD, "current_password": "wrong"})
    right = {"which": "web", "password": GOOD, "current_password": ACCOUNT["password"]}
    answer = browser.post(PASSWORDS, right)
    assert "Too many wrong passwords" in Page(answer).text
    assert not world.account().get_property("web_password")
    signing_in = Client().post("/session/sign-in/", {"username": "ada@example.com", "password": ACCOUNT["password"]})
    assert signing_in.status_code == 429


class TestOperators:
    def test_a_confirmed_password_is_remembered_for_some_minutes(
        self, operator: Operator, platform: Platform, clock: Clock, settings: Settings
    ) -> None:
        browser = signed_in("ines", PASSWORD)
        assert browser.post(f"{OWN}email/", {"email": "a@example.net", "password": PASSWORD}).status_code == 302
        page = Page(browser.get(f"{OWN}email/"))
        assert not page.root.xpath("//main//input[@name='password']")
        assert browser.post(f"{OWN}email/", {"email": "b@example.net"}).status_code == 302
        clock.advance(settings.CONFIRMATION_SECONDS)
        assert browser.post(f"{OWN}email/", {"email": "c@example.net"}).status_code == 422
        operator.refresh_from_db()
        assert operator.email == "b@example.net"

    def test_another_email_needs_the_password_and_ends_other_sessions(
        self, operator: Operator, platform: Platform
    ) -> None:
        here, there = (signed_in("ines", PASSWORD) for _ in range(2))
        answer = here.post(f"{OWN}email/", {"email": "a@example.net", "password": "wrong"})
        assert "not your password" in Page(answer).error_of("password")
        operator.refresh_from_db()
        assert operator.email == ""
        here.post(f"{OWN}email/", {"email": "a@example.net", "password": PASSWORD})
        assert there.get(OWN).status_code == 302
        assert here.get(OWN).status_code == 200

    def test_the_page_of_operators_changes_no_own_email(self, operator: Operator, platform: Platform) -> None:
        browser = signed_in("ines", PASSWORD)
        url = f"/operators/{operator.pk}/edit/"
        assert edit(browser, url, email="thief@example.net", name="Ines").status_code == 302
        operator.refresh_from_db()
        assert (operator.email, operator.name) == ("", "Ines")

    def test_a_second_factor_ends_other_sessions(self, operator: Operator, platform: Platform) -> None:
        here, there = (signed_in("ines", PASSWORD) for _ in range(2))
        page = Page(here.get(f"{OWN}app/"))
        letters = page.root.xpath("//code[contains(@class, 'groups')]")[0].text.replace(" ", "")
        code = pyotp.TOTP(letters).now()
        assert here.post(f"{OWN}app/", {"code": code, "password": PASSWORD}).status_code == 302
        assert there.get(OWN).status_code == 302
        assert here.get(OWN).status_code == 200


def test_a_new_password_is_asked_for_the_next_time(world: Platform) -> None:
    browser = signed_in("ada@example.com", ACCOUNT["password"])
    browser.post(PASSWORDS, {"which": "web", "password": GOOD, "current_password": ACCOUNT["password"]})
    assert browser.post(PASSWORDS, {"which": "web", "make": "on"}).status_code == 422
    assert browser.post(PASSWORDS, {"which": "web", "make": "on", "current_password": GOOD}).status_code == 302
    account = world.account()
    assert account.get_property("web_password") != hashed_password(account.id, GOOD)
