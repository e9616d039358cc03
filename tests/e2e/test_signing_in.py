"""Passkeys, authenticator apps and forgotten passwords, in a real browser with a real worker."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import LivingHouse
from tests.e2e.person import Person
from tests.support.browser import new_context, watched
from tests.support.needs import CHROMIUM
from tests.support.processes import first_password, wait_until

pytestmark = [pytest.mark.real, pytest.mark.needs(CHROMIUM)]

NEW = "a-password-of-ones-own"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def grace(browser: Browser, house: LivingHouse, request: pytest.FixtureRequest) -> Iterator[Person]:
    """A new operator with a browser of their own, who has set a password; the portal's host name is localhost."""
    name = f"grace{abs(hash(request.node.name)) % 10_000}"
    password = first_password(house.manage("add_operator", name, f"--email={name}@example.net"))
    with new_context(browser) as context, watched(context) as page:
        person = Person(page, house.portal_url.replace("127.0.0.1", "localhost"), name)
        person.sign_in(password)
        fill(person, {"Old password": password, "New password": NEW, "The same again": NEW}, "Change it")
        expect(page.get_by_role("heading", name="Your account")).to_be_visible()
        yield person


def fill(person: Person, fields: dict[str, str], button: str) -> None:
    for label, value in fields.items():
        person.field(label).fill(value)
    person.page.get_by_role("button", name=button).click()


def sign_out(person: Person) -> None:
    person.page.get_by_role("button", name="your menu").click()
    person.page.get_by_role("button", name="Sign out").click()
    expect(person.page.get_by_role("heading", name="Sign in")).to_be_visible()


def put_in_a_key(page: Page) -> Callable[[], object]:
    """Add an authenticator to the browser that always consents; return a function that empties it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return lambda: session.send("WebAuthn.clearCredentials", added)


def test_a_passkey_is_made_and_signs_in(grace: Person) -> None:
    page = grace.page
    put_in_a_key(page)
    page.get_by_role("link", name="Add a passkey").click()
    fill(grace, {"Name": "laptop", "Your password": NEW}, "Create a passkey")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert page.locator("ol code").count() == 10
    sign_out(grace)
    grace.sign_in(NEW)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    grace.open("/operators/own/")
    expect(page.get_by_text("last used")).to_be_visible()


def test_a_browser_without_the_passkey_says_so_and_a_recovery_code_signs_in(grace: Person) -> None:
    page = grace.page
    lose_the_passkey = put_in_a_key(page)
    page.get_by_role("link", name="Add a passkey").click()
    fill(grace, {"Name": "laptop", "Your password": NEW}, "Create a passkey")
    code = page.locator("ol code").first.text_content() or ""
    sign_out(grace)
    lose_the_passkey()
    grace.sign_in(NEW)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("The passkey was not used")).to_be_visible()
    fill(grace, {"Code": code}, "Continue")
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


def test_an_authenticator_app_is_set_up_and_asked_for(grace: Person) -> None:
    page = grace.page
    page.get_by_role("link", name="Set up an app").click()
    expect(page.locator("svg.qr")).to_be_visible()
    app = pyotp.TOTP((page.locator("code").text_content() or "").replace(" ", ""))
    shown = app.now()
    fill(grace, {"Code that the app shows": shown, "Your password": NEW}, "Set it up")
    code = page.locator("ol code").last.text_content() or ""
    sign_out(grace)
    grace.sign_in(NEW)
    fill(grace, {"Code": shown}, "Continue")
    expect(page.get_by_text("used already")).to_be_visible()
    fill(grace, {"Code": code.upper()}, "Continue")
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


def test_a_forgotten_password_is_set_by_the_link_in_the_mail(grace: Person, house: LivingHouse) -> None:
    page = grace.page
    sign_out(grace)
    page.get_by_role("link", name="Forgotten password?").click()
    fill(grace, {"Name, SIP address or e-mail address": grace.name}, "Send the link")
    expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()
    link = wait_for_link(house, grace.name)
    assert link.startswith(grace.portal)
    page.goto(link)
    assert link.split("/")[-2] not in page.url
    fill(grace, {"New password": NEW + "2", "The same again": NEW + "2"}, "Set the new password")
    expect(page.get_by_text("The new password is set")).to_be_visible()
    grace.sign_in(NEW + "2")
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


def wait_for_link(house: LivingHouse, name: str) -> str:
    """Wait for the worker, and read the mail in the local mail folder."""
    found: list[str] = []

    def has_come() -> bool:
        for path in (house.var / "mail").glob("*.log"):
            text = path.read_text()
            if f"To: {name}@example.net" in text:
                found.extend(re.findall(r"http://localhost:\d+/session/password/link/[\w-]{43}/", text))
        return bool(found)

    wait_until(has_come, "the worker sends the link")
    return found[0]


def test_the_strength_of_a_new_password_is_shown_while_it_is_typed_and_a_suggestion_fills_both_fields(
    grace: Person,
) -> None:
    page = grace.page
    grace.open("/operators/own/password/")
    strength = page.get_by_role("status").filter(has_text="Strength")
    expect(strength).to_have_count(0)
    grace.field("New password").press_sequentially("abcabc")
    expect(strength).to_have_text("Strength: weak")
    grace.field("New password").fill("nine violet kettles hum")
    expect(strength).to_have_text("Strength: strong")
    page.get_by_role("button", name="Use it").click()
    suggestion = page.locator("code[id$=_suggestion]").inner_text()
    expect(grace.field("New password")).to_have_value(suggestion)
    expect(grace.field("The same again")).to_have_value(suggestion)


def test_five_wrong_passwords_lock_the_name_and_no_other(browser: Browser, house: LivingHouse, grace: Person) -> None:
    with new_context(browser) as context, watched(context) as page:
        stranger = Person(page, house.portal_url, "stranger")
        for attempt in range(6):
            stranger.open("session/sign-in/")
            stranger.sign_in(f"guess-{attempt}", "admin")
        expect(page.get_by_role("heading", name="Too many failed sign-ins")).to_be_visible()
        expect(page.get_by_role("alert")).to_contain_text("Sign-in with this name is locked for")
    grace.open("/accounts/")
    expect(grace.page.get_by_role("heading", name="Accounts")).to_be_visible()
