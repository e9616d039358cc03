"""Every page fits a phone, 360 pixels wide, in light and in dark."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import DemoHouse, LivingHouse
from tests.e2e.person import Person
from tests.support.another_client import AnotherClient
from tests.support.browser import Scheme, new_context, watched
from tests.support.needs import CHROMIUM

pytestmark = [pytest.mark.real, pytest.mark.needs(CHROMIUM)]

DOMAIN = "a-long-name-as-some-customers-have-them.subsidiary.example.com"
ADDRESS = f"maximiliana.von-und-zu-hohenstein-auersperg@{DOMAIN}"
# Pages that no link points to, and pages about records with the longest possible names.
PAGES = (
    "/domains/?domain=nothing-has-this-name",
    f"/domains/{DOMAIN}/",
    f"/domains/{DOMAIN}/edit/",
    f"/domains/{DOMAIN}/delete/",
    f"/accounts/{ADDRESS}/",
    f"/accounts/{ADDRESS}/edit/",
    f"/accounts/{ADDRESS}/delete/",
    f"/accounts/{ADDRESS}/calls/",
    f"/accounts/{ADDRESS}/devices/",
    f"/accounts/{ADDRESS}/contacts/",
    f"/accounts/{ADDRESS}/credit/",
    f"/accounts/?domain={DOMAIN}",
    "/there-is-no-such-page/",
)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && element.checkVisibility())
    .map((element) => element.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingHouse]:
    with DemoHouse(tmp_path_factory.mktemp("house")) as house:
        yield house


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


def everything_that_links_lead_to(person: Person) -> Iterator[str]:
    """Open one page of every kind that links point to, starting from the overview; each link must open a page."""
    waiting, kinds = deque(["/"]), {"overview:home"}
    while waiting:
        path = waiting.popleft()
        assert person.open(path).status == 200, path
        yield path
        for link in person.links():
            kind = resolve(urlsplit(link).path).view_name
            if kind not in kinds and person.leads_to_a_page(link):
                kinds.add(kind)
                waiting.append(link)
    assert kinds > {"domains:list", "domains:detail", "accounts:detail", "accounts:edit", "accounts:delete"}


def too_wide(page: Page) -> list[str]:
    """Return the elements of the open page that are wider than the screen, in light or in dark."""
    found: list[str] = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found += page.evaluate(TOO_WIDE)
    return found


def test_no_page_scrolls_sideways_on_a_phone(house: LivingHouse, browser: Browser) -> None:
    with new_context(browser, 360, 740) as context, watched(context) as page:
        person = Person(page, house.portal_url)
        person.open("/session/sign-in/")
        found = {"/session/sign-in/": too_wide(page)}
        person.sign_in(house.operator_password)
        for path in everything_that_links_lead_to(person):
            found[path] = too_wide(page)
        for path in PAGES:
            person.open(path)
            found[path] = too_wide(page)
    assert not {path: elements for path, elements in found.items() if elements}
