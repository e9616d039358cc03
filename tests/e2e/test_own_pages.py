"""The user of an account, on a phone: their pages fit the screen, a phone is set up, and they delete their account."""

from __future__ import annotations

import configparser
import email
import email.policy
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.ngnpro import Engine, Ngnpro
from portal.ngnpro.records import SipAccount, SipDomain, SipId
from tests.e2e.conftest import LivingHouse
from tests.e2e.person import Person
from tests.e2e.walking import TOO_WIDE
from tests.support.browser import Scheme, new_context, watched
from tests.support.needs import CHROMIUM
from tests.support.processes import wait_until

pytestmark = [pytest.mark.real, pytest.mark.needs(CHROMIUM)]

PASSWORD = "a long enough passphrase"
# A domain and a person with names as long as some real ones.
DOMAIN = "a-long-name-as-some-customers-have-them.subsidiary.example.com"
LINK = re.compile(r"/accounts/removal/link/[\w-]{43}/")


@pytest.fixture(scope="module")
def ngnpro(house: LivingHouse) -> Ngnpro:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(house.config)
    login = parser["administrator"]
    client = Ngnpro(Engine(url=house.server_url, username=login["username"], password=login["password"]))
    client.sip.add_domain(SipDomain(domain=DOMAIN))
    return client


def add_account(ngnpro: Ngnpro, username: str) -> str:
    names = {"first_name": "Maximiliana Alexandrina", "last_name": "von und zu Hohenstein-Auersperg"}
    identity = SipId(username=username, domain=DOMAIN)
    ngnpro.sip.add_account(
        SipAccount(
            id=identity,
            password=PASSWORD,
            timezone="Europe/Amsterdam",
            email=f"{username}@example.net",
            groups=("free-pstn", "voicemail"),
            **names,
        )
    )
    return str(identity)


@pytest.fixture
def phone(browser: Browser, house: LivingHouse) -> Iterator[Page]:
    """The browser of another phone, in which no one is signed in."""
    with new_context(browser, 360, 740) as context, watched(context) as page:
        yield page


def at_home(page: Page, house: LivingHouse, address: str) -> Person:
    """Sign in as the user of an account; their start page opens."""
    person = Person(page, house.portal_url, address)
    person.sign_in(PASSWORD)
    expect(page.get_by_role("heading", name="You cannot be reached")).to_be_visible()
    return person


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_a_subscriber_fit_a_phone_and_the_tabs_lead_to_them(
    house: LivingHouse, browser: Browser, ngnpro: Ngnpro, scheme: Scheme
) -> None:
    address = add_account(ngnpro, f"maximiliana.von-und-zu-hohenstein.{scheme}")
    with new_context(browser, 360, 740, scheme) as context, watched(context) as page:
        person = at_home(page, house, address)
        tabs = page.get_by_role("navigation", name="Your phone").get_by_role("link")
        assert tabs.all_inner_texts() == ["Home", "Calls", "Voicemail", "Contacts", "Settings"]
        own = sorted({link for link in person.links() if link.startswith("/accounts/")})
        assert len(own) > len(tabs.all())
        too_wide = {}
        for path in own:
            assert person.open(path).status == 200, path
            expect(page.get_by_role("navigation", name="Your phone")).to_be_visible()
            for tab in page.locator(".nav-tabs .active:visible").all():
                expect(tab).to_be_in_viewport(ratio=0.95)
            too_wide[path] = page.evaluate(TOO_WIDE)
    assert not {path: elements for path, elements in too_wide.items() if elements}


def test_a_phone_is_set_up_with_the_code(house: LivingHouse, browser: Browser, ngnpro: Ngnpro, phone: Page) -> None:
    address = add_account(ngnpro, "amira")
    with new_context(browser) as context, watched(context) as page:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        person = at_home(page, house, address)
        person.open(f"/accounts/{address}/softphone/")
        page.get_by_role("button", name="Copy Domain").click()
        expect(page.get_by_text("Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == DOMAIN
        page.get_by_role("button", name="Create a code").click()
        expect(page.locator("svg.qr")).to_be_visible()
        link = page.get_by_role("link", name="settings on this phone").get_attribute("href") or ""
    phone.goto(link)
    phone.get_by_role("button", name="Show the settings").click()
    expect(phone.locator("#setting-address")).to_have_text(address)
    assert phone.evaluate(TOO_WIDE) == []
    before = ngnpro.sip.get_account(SipId.parse(address)).ha1
    phone.get_by_role("button", name="Set a new SIP password").click()
    expect(phone.locator("#setting-password")).to_be_visible()
    assert ngnpro.sip.get_account(SipId.parse(address)).ha1 != before
    phone.goto(link)
    expect(phone.get_by_text("already used")).to_be_visible()


def test_an_account_is_deleted_by_its_user(house: LivingHouse, browser: Browser, ngnpro: Ngnpro, phone: Page) -> None:
    address = add_account(ngnpro, "bye")
    with new_context(browser) as context, watched(context) as page:
        person = at_home(page, house, address)
        person.open(f"/accounts/{address}/settings/")
        page.get_by_role("link", name="Delete my account").click()
        page.get_by_role("button", name="Send the link").click()
        expect(page.get_by_text("is on its way to bye@example.net")).to_be_visible()
    wait_until(lambda: LINK.search(mails_to(house, "bye@example.net")), "the link is mailed")
    found = LINK.search(mails_to(house, "bye@example.net"))
    assert found
    phone.goto(house.portal_url + urlsplit(found[0]).path.lstrip("/"))
    expect(phone.get_by_text(address)).to_be_visible()
    assert phone.evaluate(TOO_WIDE) == []
    phone.get_by_role("button", name="Delete my account").click()
    expect(phone.get_by_text(f"Your account {address} was deleted.")).to_be_visible()
    assert str(address) not in {str(account.id) for account in ngnpro.sip.iter_accounts()}


def mails_to(house: LivingHouse, recipient: str) -> str:
    """Return the texts of the mails in the mail folder that are addressed to this recipient."""
    found = []
    for path in (house.var / "mail").glob("*.log"):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if recipient in str(message["To"]):
            body = message.get_body(("plain",))
            found.append(body.get_content() if body else "")
    return "\n".join(found)
