"""No password is written to the journal, on any page and whatever the outcome of the call."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.ngnpro.records import SipAccountProperty
from tests.support.journal import everything, latest, secrets
from tests.support.pages import Page
from tests.support.portal import Platform

CANARY = "Canary-4711-quite-long"
WEB = "Canary-4712-for-the-web"
ACCOUNT = {
    "username": "ada",
    "domain": "example.com",
    "first_name": "Ada",
    "last_name": "Byron",
    "email": "ada@mail.example",
    "timezone": "Europe/London",
    "password": CANARY,
    "web_password": WEB,
}


@pytest.fixture(autouse=True)
def domain(platform: Platform) -> None:
    platform.add_domain("example.com")


def hashes(platform: Platform) -> tuple[str, str]:
    account = platform.account()
    return account.ha1, account.ha1b


def test_an_accounts_passwords_are_not_kept_when_it_is_added(browser: Client, platform: Platform) -> None:
    assert browser.post("/accounts/add/", ACCOUNT).status_code == 302
    assert secrets(latest()) == {"password", "properties.web_password"}
    assert "Canary" not in everything()
    assert not [text for text in hashes(platform) if text in everything()]


def test_a_generated_password_is_not_stored_in_the_journal(browser: Client, platform: Platform) -> None:
    answer = browser.post("/accounts/add/", ACCOUNT | {"password": ""}, follow=True)
    assert Page(answer).root.get_element_by_id("password").text not in everything()


def test_changed_passwords_are_not_kept(browser: Client, platform: Platform) -> None:
    platform.add_account(
        "ada@example.com", properties=(SipAccountProperty(name="web_password", value="Canary-before"),)
    )
    before = hashes(platform)
    data = Page(browser.get("/accounts/ada@example.com/edit/")).form_data()
    browser.post("/accounts/ada@example.com/edit/", data | {"password": CANARY, "web_password": WEB})
    assert secrets(latest()) == {"password", "properties.web_password"}
    assert "Canary" not in everything()
    assert not [text for text in before + hashes(platform) if text in everything()]


def test_passwords_of_a_deleted_account_are_not_kept(browser: Client, platform: Platform) -> None:
    browser.post("/accounts/add/", ACCOUNT)
    kept = hashes(platform)
    browser.post("/accounts/ada@example.com/delete/", {"name": "ada@example.com"})
    assert secrets(latest()) == {"password", "properties.web_password"}
    assert "Canary" not in everything()
    assert not [text for text in kept if text in everything()]


def test_passwords_of_refused_and_lost_calls_are_not_kept(browser: Client, platform: Platform) -> None:
    browser.post("/accounts/add/", ACCOUNT | {"domain": "nowhere.example"})
    assert latest().result == "refused"
    platform.run_before("addAccount", platform.cut)
    platform.lose_answers("addAccount")
    browser.post("/accounts/add/", ACCOUNT)
    assert latest().result == "uncertain"
    assert "Canary" not in everything()


def test_a_private_key_is_not_kept(browser: Client, platform: Platform, pem: tuple[str, str]) -> None:
    certificate, key = pem
    data = Page(browser.get("/domains/example.com/edit/")).form_data()
    browser.post("/domains/example.com/edit/", data | {"certificate": certificate, "private_key": key})
    assert secrets(latest()) == {"private_key"}
    assert key.split("\n")[3] not in everything()
    browser.post("/domains/example.com/delete/", {"name": "example.com"})
    assert secrets(latest()) == {"private_key"}
    assert key.split("\n")[3] not in everything()


def test_pages_and_the_export_show_dots_for_a_secret(browser: Client, platform: Platform) -> None:
    browser.post("/accounts/add/", ACCOUNT)
    entry = latest()
    page: Any = Page(browser.get(f"/journal/{entry.pk}/"))
    assert "Password A secret: the journal never stores it. None ••••••" in page.text
    for address in ("/journal/", f"/journal/{entry.pk}/", "/journal/record/account/ada@example.com/"):
        assert "Canary" not in browser.get(address).content.decode()
    exported = b"".join(browser.get("/journal/export/").streaming_content).decode()
    assert "Password: Not set → ••••••" in exported
    assert "Canary" not in exported
