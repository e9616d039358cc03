"""Every page of an operator fits a phone, 360 pixels wide, and axe finds nothing on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import DemoHouse, LivingHouse
from tests.e2e.person import Person
from tests.e2e.walking import (
    PHONE,
    a_screen_for,
    everything_that_links_lead_to,
    inaccessible,
    too_wide,
)
from tests.support.another_client import AnotherClient
from tests.support.browser import new_context, watched
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


def test_no_page_of_an_operator_scrolls_sideways_on_a_phone_and_axe_finds_nothing(
    house: LivingHouse, browser: Browser
) -> None:
    with new_context(browser, 360, 740) as context, watched(context) as page:

        def faults() -> list[str]:
            return [*too_wide(page, PHONE), *inaccessible(page, a_screen_for(path))]

        person = Person(page, house.portal_url)
        path = "/session/sign-in/"
        person.open(path)
        found = {path: faults()}
        person.sign_in(house.operator_password)
        for path in everything_that_links_lead_to(person):
            found[path] = faults()
        for path in PAGES:
            person.open(path)
            found[path] = faults()
    assert len(found) > 100
    assert not {path: elements for path, elements in found.items() if elements}
