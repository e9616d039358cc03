"""One password policy applies wherever a person sets a password, and passwords are stored exactly as typed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from ngnpro_wire.facts.passwords import digests_of_password
from portal.core.passwords import strength_of
from portal.ngnpro.hashes import hashed_password
from portal.ngnpro.records import SipAccountProperty
from portal.people import links
from portal.people.models import OneUseLink
from portal.people.operators.models import Operator
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, PASSWORD, Platform, signed_in

WEAK = ["password", "12345678901234", "Password12345", "aaaaaaaaaaaaaaaa"]
EDIT, PASSWORDS = "/accounts/ada@example.com/edit/", "/accounts/ada@example.com/passwords/"
NEW = "/session/password/new/"
NEW_ACCOUNT = {
    "domain": "example.com",
    "naming": "",
    "username": "grace.hopper",
    "first_name": "Grace",
    "last_name": "Hopper",
    "email": "grace@navy.example",
    "timezone": "Europe/London",
}
NEW_CUSTOMER = {
    "reseller": "1",
    "username": "dockside",
    "organization": "Dockside",
    "first_name": "Amira",
    "last_name": "Haddad",
    "email": "a.haddad@dockside.example",
    "tel": "+31201234568",
    "country": "NL",
    "timezone": "Europe/Amsterdam",
}

Send = Callable[[Client, str], Page]


def post(browser: Client, url: str, data: dict[str, Any]) -> Page:
    return Page(browser.post(url, data))


def edit(browser: Client, url: str, **values: str) -> Page:
    return post(browser, url, Page(browser.get(url)).form_data() | values)


PATHS: dict[str, tuple[str, Send]] = {
    "a new account": ("password", lambda b, p: post(b, "/accounts/add/", NEW_ACCOUNT | {"password": p})),
    "a new account's web password": (
        "web_password",
        lambda b, p: post(b, "/accounts/add/", NEW_ACCOUNT | {"web_password": p}),
    ),
    "an account": ("password", lambda b, p: edit(b, EDIT, password=p)),
    "an account's web password": ("web_password", lambda b, p: edit(b, EDIT, web_password=p)),
    "the page Passwords": ("password", lambda b, p: post(b, PASSWORDS, {"which": "sip", "password": p})),
    "a new customer": ("password", lambda b, p: post(b, "/customers/add/", NEW_CUSTOMER | {"password": p})),
    "a new customer with a domain": (
        "password",
        lambda b, p: post(b, "/customers/add-with-domain/", NEW_CUSTOMER | {"domain": "d.example", "password": p}),
    ),
    "a customer": ("password", lambda b, p: edit(b, "/customers/2/edit/", password=p)),
    "a copy of a customer": (
        "password",
        lambda b, p: post(b, "/customers/2/copy/", NEW_CUSTOMER | {"password": p}),
    ),
    "an operator's own": (
        "new_password",
        lambda b, p: post(b, "/operators/own/password/", {"password": PASSWORD, "new_password": p, "again": p}),
    ),
}


@pytest.mark.parametrize("password", WEAK)
@pytest.mark.parametrize("path", PATHS)
def test_a_weak_password_is_refused_at_its_field_with_what_to_do(
    browser: Client, world: Platform, path: str, password: str
) -> None:
    world.forget_calls()
    field, send = PATHS[path]
    page = send(browser, password)
    assert page.response.status_code == 422
    words = page.root.xpath("//*[contains(@class, 'invalid-feedback')]")
    assert any("Use " in word.text_content() for word in words), (field, page.text)
    assert not [call for call in world.calls if not call.startswith("get")]


@pytest.mark.parametrize(
    ("url", "password"),
    [
        (EDIT, "ada@example.com"),
        (EDIT, "Byron-Ada-1815"),
        (EDIT, "+31 20 800 5169"),
        ("/customers/2/edit/", "harbour-2024!"),
        ("/customers/2/edit/", "+31201234567"),
    ],
)
def test_personal_data_is_refused_as_a_password(browser: Client, world: Platform, url: str, password: str) -> None:
    world.ngnpro.sip.update_account(dataclasses.replace(world.account(), rpid="31208005169"))
    page = edit(browser, url, password=password)
    assert page.response.status_code == 422
    assert "name, address or number of this person" in page.error_of("password")


@pytest.mark.parametrize("role", ["operator", "customer", "subscriber"])
def test_a_link_for_a_new_password_follows_the_policy(world: Platform, operator: Operator, role: str) -> None:
    subjects = {"operator": (operator.pk, "ines"), "customer": (2, "harbour"), "subscriber": ("ada@example.com",) * 2}
    subject, login = subjects[role]
    made = OneUseLink.objects.create(role=role, subject=str(subject), login=login, name="Ada Byron")
    records = {"operator": operator, "customer": world.ngnpro.customers.get_account(2), "subscriber": world.account()}
    browser = Client()
    browser.get(links.password_url(links.issue_token(made, records[role])).removeprefix(settings.PORTAL_URL))
    for weak in (*WEAK, "Ada.Byron.1815", f"{login}-{login}-1"):
        page = post(browser, NEW, {"new_password": weak, "again": weak})
        assert page.response.status_code == 422
        assert "This password is too" in page.error_of("new_password")


def test_a_stored_weak_password_stays_and_is_not_checked_again(browser: Client, world: Platform) -> None:
    sip, customers = world.ngnpro.sip, world.ngnpro.customers
    sip.update_account(dataclasses.replace(world.account(), password="password"))
    customers.update_account(dataclasses.replace(customers.get_account(2), password="password"))
    assert edit(browser, EDIT, first_name="Augusta").response.status_code == 302
    assert edit(browser, "/customers/2/edit/", first_name="Augusta").response.status_code == 302
    assert world.account().ha1 == digests_of_password("ada", "example.com", "password")[0]
    assert customers.get_account(2).password == "password"
    signed_in("harbour", "password")
    signed_in("ada@example.com", "password")


@pytest.mark.parametrize(
    "password", ["  Two spaces before, one behind ", "Straße ÄÖ ІЇ 東京タワー", "quote\" & <tag> ' end"]
)
def test_a_password_is_stored_as_it_was_typed(browser: Client, world: Platform, password: str) -> None:
    assert edit(browser, EDIT, password=password, web_password=password).response.status_code == 302
    assert edit(browser, "/customers/2/edit/", password=password).response.status_code == 302
    account = world.account()
    assert account.ha1 == digests_of_password("ada", "example.com", password)[0]
    assert account.get_property("web_password") == hashed_password(account.id, password)
    assert world.ngnpro.customers.get_account(2).password == password
    signed_in("ada@example.com", password)
    signed_in("harbour", password)


def test_two_spellings_of_one_password_are_the_same_one(browser: Client, world: Platform) -> None:
    composed, decomposed = "Caf\u00e9 au lait pour deux", "Cafe\u0301 au lait pour deux"
    edit(browser, EDIT, password=decomposed, web_password=decomposed)
    edit(browser, "/customers/2/edit/", password=decomposed)
    post(browser, "/operators/own/password/", {"password": PASSWORD, "new_password": decomposed, "again": composed})
    assert world.account().ha1 == digests_of_password("ada", "example.com", composed)[0]
    assert world.ngnpro.customers.get_account(2).password == composed
    for name in ("ada@example.com", "harbour", "ines"):
        for typed in (composed, decomposed):
            signed_in(name, typed)


def test_a_password_that_was_stored_in_the_other_spelling_still_works(world: Platform) -> None:
    decomposed = "Cafe\u0301 au lait"
    world.ngnpro.sip.update_account(dataclasses.replace(world.account(), password=decomposed))
    signed_in("ada@example.com", decomposed)


def test_a_web_password_in_clear_is_hashed_at_the_next_sign_in(world: Platform) -> None:
    clear = SipAccountProperty(name="web_password", value="a web secret of old")
    language = SipAccountProperty(name="language", value="nl")
    world.ngnpro.sip.update_account(dataclasses.replace(world.account(), properties=(clear, language)))
    first = signed_in("ada@example.com", "a web secret of old")
    account = world.account()
    assert account.get_property("web_password") == hashed_password(account.id, "a web secret of old")
    assert account.get_property("language") == "nl"
    assert first.get("/accounts/ada@example.com/").status_code == 200
    signed_in("ada@example.com", "a web secret of old")
    assert first.get("/accounts/ada@example.com/").status_code == 200


def test_a_password_that_cannot_be_hashed_still_signs_in(world: Platform) -> None:
    clear = SipAccountProperty(name="web_password", value="a web secret of old")
    world.ngnpro.sip.update_account(dataclasses.replace(world.account(), properties=(clear,)))
    world.refuse("Sip.updateAccount")
    signed_in("ada@example.com", "a web secret of old")
    world.mend()
    assert world.account().get_property("web_password") == "a web secret of old"


@pytest.mark.parametrize(("naming", "username"), [("", "grace.hopper"), ("next", "")])
def test_the_web_password_of_a_new_account_is_hashed(
    browser: Client, world: Platform, naming: str, username: str
) -> None:
    values = {"naming": naming, "username": username, "web_password": "four words are enough"}
    assert browser.post("/accounts/add/", NEW_ACCOUNT | values).status_code == 302
    account = world.account(f"{username or '1001'}@example.com")
    assert account.get_property("web_password") == hashed_password(account.id, "four words are enough")
    signed_in(str(account.id), "four words are enough")


def test_a_web_password_waits_until_the_username_is_known(browser: Client, world: Platform) -> None:
    values = {"naming": "server", "username": "", "web_password": "four words are enough"}
    page = post(browser, "/accounts/add/", NEW_ACCOUNT | values)
    assert "once the account is there" in page.error_of("web_password")


def test_djangos_own_commands_follow_the_policy(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt="": "password1234")
    with pytest.raises(CommandError):
        call_command("changepassword", "ines")


def test_the_strength_of_a_password_has_words() -> None:
    words = [strength_of(text) for text in ("password", "blue harbour", "correct-horse-battery", CUSTOMER["password"])]
    assert words[0] == "very weak"
    assert words[2] == "strong"
    assert len(set(words)) > 2
    assert strength_of("x" * 5000)


FIELDS = {
    EDIT: ("password", "web_password"),
    "/accounts/add/": ("password", "web_password"),
    "/customers/2/edit/": ("password",),
    PASSWORDS: ("password",),
    "/operators/own/password/": ("new_password",),
}


@pytest.mark.parametrize("url", FIELDS)
def test_every_new_password_comes_with_a_suggestion_and_a_place_for_its_strength(
    browser: Client, world: Platform, url: str
) -> None:
    suggestions = []
    for _time in range(2):
        page = Page(browser.get(url))
        for name in FIELDS[url]:
            field = page.field(name)
            assert page.root.get_element_by_id(field.get("data-strength")).get("role") == "status"
            assert page.root.xpath("//label[@for=$id]", id=field.get("id"))
            assert "form-control" in field.get("class")
            suggestions.append(page.root.get_element_by_id(f"{field.get('id')}_suggestion").text)
    assert len(set(suggestions)) == len(suggestions) == 2 * len(FIELDS[url])
    assert browser.post(PASSWORDS, {"which": "sip", "password": suggestions[0]}).status_code == 302


def test_the_second_field_has_no_suggestion_of_its_own(browser: Client, world: Platform) -> None:
    assert Page(browser.get("/operators/own/password/")).field("again").get("data-strength") is None


def test_the_page_after_saving_says_how_strong_a_password_is(browser: Client, world: Platform) -> None:
    browser.post(EDIT, Page(browser.get(EDIT)).form_data() | {"password": "correct-horse-battery"})
    assert "SIP password: its strength is strong." in Page(browser.get("/accounts/ada@example.com/")).text
    typed = {"which": "web", "password": "correct-horse-battery"}
    assert "its strength is strong" in Page(browser.post(PASSWORDS, typed, follow=True)).text
    edited = browser.post(EDIT, Page(browser.get(EDIT)).form_data() | {"first_name": "Ada"}, follow=True)
    assert "its strength" not in Page(edited).text
