"""Every page of a reseller, a customer and a subscriber fits the screen, and axe finds nothing on it.

``test_small_screens`` checks the pages of an operator. Each kind of page is checked on one of four screens, phone or
desk, light or dark; ``make walk`` checks all four.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import DemoHouse, LivingHouse
from tests.e2e.person import Person
from tests.e2e.walking import a_screen_for, everything_that_links_lead_to, inaccessible, too_wide
from tests.support.browser import new_context, watched
from tests.support.needs import CHROMIUM

pytestmark = [pytest.mark.real, pytest.mark.needs(CHROMIUM)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingHouse]:
    with DemoHouse(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.mark.parametrize("role", ["reseller", "customer", "subscriber"])
def test_axe_finds_nothing_on_any_page(house: LivingHouse, browser: Browser, role: str) -> None:
    logins = {login["role"]: login for login in json.loads((house.var / "demo-logins.json").read_text())}
    found = {}
    with new_context(browser) as context, watched(context) as page:
        person = Person(page, house.portal_url, logins[role]["name"])
        person.sign_in(logins[role]["password"])
        for path in everything_that_links_lead_to(person):
            screen = a_screen_for(path)
            found[f"{path} {screen}"] = too_wide(page, screen) + inaccessible(page, screen)
    assert len(found) > 15
    assert not {path: faults for path, faults in found.items() if faults}
