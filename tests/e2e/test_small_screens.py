"""Every page fits a phone, 360 pixels wide, in light and in dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import LivingHouse
from tests.e2e.person import Person
from tests.support.another_client import AnotherClient
from tests.support.browser import Scheme, new_context, watched
from tests.support.needs import CHROMIUM

pytestmark = [pytest.mark.real, pytest.mark.needs(CHROMIUM)]

DOMAIN = "a-long-name-as-some-customers-have-them.subsidiary.example.com"
ADDRESS = f"maximiliana.von-und-zu-hohenstein-auersperg@{DOMAIN}"
PAGES = (
    "/session/sign-in/",
    "/",
    "/domains/",
    "/domains/?domain=nothing-has-this-name",
    "/domains/add/",
    f"/domains/{DOMAIN}/",
    f"/domains/{DOMAIN}/edit/",
    f"/domains/{DOMAIN}/delete/",
    "/accounts/",
    "/accounts/add/",
    f"/accounts/{ADDRESS}/",
    f"/accounts/{ADDRESS}/edit/",
    f"/accounts/{ADDRESS}/delete/",
    "/mail/folder/",
    "/there-is-no-such-page/",
)
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && element.checkVisibility())
  .map((element) => element.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module", autouse=True)
def _long_names(house: LivingHouse) -> None:
    username, domain = ADDRESS.split("@")
    account = {
        "id": {"username": username, "domain": domain},
        "firstName": "Maximiliana Alexandrina",
        "lastName": "von und zu Hohenstein-Auersperg",
        "email": "maximiliana.alexandrina.hohenstein@a-long-name-as-some-customers-have-them.example.com",
        "password": "a long enough passphrase",
        "timezone": "America/Argentina/ComodRivadavia",
        "owner": 0,
        "groups": ["free-pstn", "voicemail", "anonymous-reject", "missed-calls", "deny-password-change"],
    }
    with AnotherClient(house.server_url, house.config) as another:
        another.call("addDomain", domain={"domain": DOMAIN})
        another.call("addAccount", account=account)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_scrolls_sideways_on_a_phone(house: LivingHouse, browser: Browser, scheme: Scheme) -> None:
    with new_context(browser, 360, 740, scheme) as context, watched(context) as page:
        person = Person(page, house.portal_url)
        too_wide = {}
        for path in PAGES:
            person.open(path)
            if path == "/session/sign-in/":
                person.sign_in(house.operator_password)
                person.open("/")
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                too_wide[path] = page.evaluate(TOO_WIDE)
    assert not too_wide
