"""Pages written from right to left are the mirror image, and a window zoomed to 200 % or 400 % has all that fits.

The portal has no language that is written from right to left yet: the pages get its direction and Bootstrap's style
sheet for it on their way to the browser, as the base template writes them for such a language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.e2e.conftest import DemoHouse, LivingHouse
from tests.e2e.person import Person
from tests.e2e.walking import DESK, PHONE, Screen, too_small, too_wide
from tests.support.browser import new_context, watched
from tests.support.needs import CHROMIUM

pytestmark = [pytest.mark.real, pytest.mark.needs(CHROMIUM)]

PAGES = ("/", "/accounts/", "/accounts/add/", "/enum/numbers/", "/lcr/simulator/", "/journal/", "/help/")
TIMES = "/accounts/31119960011@veldoorn.example/incoming/"
NARROW, ZOOMED = Screen(320, 640, "light"), Screen(720, 450, "light")  # 1280 at 400 %, 1440 at 200 %
# What makes the picture of a page: where each part begins and ends, by its class.
PARTS = (".rail", ".topbar .find", ".topbar-end", ".page-head h1", ".page-head .actions", ".figures > div", ".cols > *")
# Ids that elements refer to and that the page does not have.
MISSING = """() => ["aria-describedby", "aria-labelledby", "aria-controls", "for"].flatMap((kind) =>
  [...document.querySelectorAll(`[${kind}]`)].flatMap((element) => element.getAttribute(kind).split(" "))
    .filter((id) => id && !document.getElementById(id)).map((id) => `${kind} ${id}`))"""
PLACES = """(parts) => Object.fromEntries(parts.flatMap((part) =>
  [...document.querySelectorAll(part)].map((element, at) => [`${part} ${at}`, element.getBoundingClientRect()])
    .filter(([_name, place]) => place.width).map(([name, place]) => [name, [place.left, place.right]])))"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingHouse]:
    with DemoHouse(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def page(house: LivingHouse, browser: Browser) -> Iterator[Page]:
    with new_context(browser) as context, watched(context) as page:
        Person(page, house.portal_url).sign_in(house.operator_password)
        yield page


def write_to_the_left(page: Page, house: LivingHouse) -> None:
    """Turn the direction of all pages that are opened from now on."""
    paths = json.loads((house.var / "static" / "staticfiles.json").read_text())["paths"]
    mirrored = paths["bootstrap/bootstrap.rtl.min.css"]

    def turn(route: Route) -> None:
        if route.request.resource_type != "document":
            route.continue_()
            return
        answer = route.fetch()
        text = re.sub(r"bootstrap/bootstrap\.min\.\w+\.css", mirrored, answer.text())
        route.fulfill(response=answer, body=text.replace("<html ", '<html dir="rtl" ', 1))

    page.route("**/*", turn)


def places_on(page: Page, url: str) -> dict[str, list[float]]:
    page.goto(url)
    found: dict[str, list[float]] = page.evaluate(PLACES, list(PARTS))
    return found


def test_pages_written_to_the_left_are_the_mirror_image(page: Page, house: LivingHouse) -> None:
    DESK.show(page)
    before = {path: places_on(page, house.portal_url + path.lstrip("/")) for path in PAGES}
    write_to_the_left(page, house)
    wrong, wide = [], []
    for path in PAGES:
        after = places_on(page, house.portal_url + path.lstrip("/"))
        assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
        width = page.evaluate("document.documentElement.clientWidth")
        assert before[path].keys() == after.keys()
        assert len(after) >= 4
        for part, (left, right) in before[path].items():
            if after[part] != pytest.approx([width - right, width - left], abs=4):
                wrong.append((path, part, (left, right), after[part]))
        wide += [(path, fault) for screen in (NARROW, DESK) for fault in too_wide(page, screen)]
        DESK.show(page)
    page.unroute_all()
    assert not wrong
    assert not wide


def test_nothing_is_cut_off_at_200_and_at_400_percent(page: Page, house: LivingHouse) -> None:
    found = {}
    for path in (*PAGES, TIMES):
        page.goto(house.portal_url + path.lstrip("/"))
        found[path] = too_wide(page, ZOOMED) + too_wide(page, NARROW)
    assert not {path: faults for path, faults in found.items() if faults}


def test_targets_have_24_pixels_or_distance_from_each_other(page: Page, house: LivingHouse) -> None:
    found = {}
    for path in (*PAGES, TIMES):
        page.goto(house.portal_url + path.lstrip("/"))
        found[path] = too_small(page, PHONE) + too_small(page, DESK)
    assert not {path: faults for path, faults in found.items() if faults}


def test_what_describes_a_field_or_a_part_exists(page: Page, house: LivingHouse) -> None:
    missing = {}
    for path in (*PAGES, TIMES):
        page.goto(house.portal_url + path.lstrip("/"))
        missing[path] = page.evaluate(MISSING)
    assert not {path: names for path, names in missing.items() if names}
