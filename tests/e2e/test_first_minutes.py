"""What a browser loads and shows in the first minutes: bytes, the typeface, and the display on a wall."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import font_source_sans_pro
import pytest
from fontTools.ttLib import TTFont
from playwright.sync_api import Browser, Page, Request, expect

from tests.e2e.conftest import DemoHouse, LivingHouse
from tests.e2e.person import Person
from tests.e2e.walking import DARK_DESK, DARK_PHONE, DESK, PHONE, Screen, inaccessible, too_wide
from tests.support.browser import new_context, watched
from tests.support.needs import CHROMIUM

pytestmark = [pytest.mark.real, pytest.mark.needs(CHROMIUM)]

# The help has the longest pages.
PAGES = ("/", "/customers/", "/domains/", "/enum/numbers/", "/lcr/", "/journal/", "/settings/", "/help/")
FIRST, NEXT = 100_000, 15_000  # bytes of a first visit with its style sheets, scripts and fonts, and of a page after it
OTHER = re.compile(r"sans-\d+-(extended|greek|cyrillic)")
SIGN = "Hamburgefonts 0123456789 ăâîșț ß ñ ë"
# Measures a text in the typeface of the page: without kerning, each letter has the width that its font says.
MEASURE = """(text) => {
  const line = document.createElement("span");
  line.textContent = text;
  Object.assign(line.style, {font: "100px " + getComputedStyle(document.body).fontFamily, position: "absolute",
    whiteSpace: "pre", fontKerning: "none", fontVariantLigatures: "none"});
  document.body.append(line);
  return document.fonts.load("100px 'Portal Sans'", text).then(() => line.getBoundingClientRect().width);
}"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingHouse]:
    with DemoHouse(tmp_path_factory.mktemp("house")) as house:
        yield house


def logins(house: LivingHouse) -> dict[str, dict[str, str]]:
    """Return the logins of the demo platform by role, without the operator's."""
    return {login["role"]: login for login in json.loads((house.var / "demo-logins.json").read_text())}


def sent(page: Page, path: str, portal: str) -> int:
    """Open a page, and return the bytes of the bodies that came over the network for it.

    Letters of other scripts are not counted, of which a browser fetches a file once, when it first needs it.
    """
    asked: list[Request] = []

    def note(request: Request) -> None:
        asked.append(request)

    page.on("requestfinished", note)
    page.goto(portal + path.lstrip("/"), wait_until="networkidle")
    page.remove_listener("requestfinished", note)
    return sum(max(0, request.sizes()["responseBodySize"]) for request in asked if not OTHER.search(request.url))


def test_a_first_visit_and_each_page_after_it_are_light(house: LivingHouse, browser: Browser) -> None:
    with new_context(browser) as context, watched(context) as page:
        assert sent(page, "/session/sign-in/", house.portal_url) < FIRST - NEXT
        person = Person(page, house.portal_url)
        person.sign_in(house.operator_password)
        heavy = {path: size for path in PAGES if (size := sent(page, path, house.portal_url)) > NEXT}
    assert not heavy


def test_texts_are_as_wide_as_the_typeface_of_the_package_says(house: LivingHouse, browser: Browser) -> None:
    with TTFont(Path(font_source_sans_pro.font_directory) / "SourceSansPro-Regular.ttf") as font:
        names = font.getBestCmap()
        units = sum(font["hmtx"][names[ord(letter)]][0] for letter in SIGN)
    with new_context(browser) as context, watched(context) as page:
        page.goto(house.portal_url)
        # 100 pixels, and 105 % of them, as the style sheet says; a font has 1000 units
        assert page.evaluate(MEASURE, SIGN) == pytest.approx(units / 10 * 1.05, rel=0.01)


def test_the_wall_display_fits_every_screen_and_axe_finds_nothing(house: LivingHouse, browser: Browser) -> None:
    with new_context(browser) as context, watched(context) as page:
        person = Person(page, house.portal_url)
        person.sign_in(house.operator_password)
        begin_on_wall(person)
        expect(page.get_by_text("Asks for you")).to_be_visible()
        for screen in (PHONE, DARK_PHONE, DESK, DARK_DESK, Screen(2560, 1440, "dark")):
            assert too_wide(page, screen) + inaccessible(page, screen) == []
            if screen.width > 1000:
                assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), screen


def begin_on_wall(person: Person) -> None:
    person.open("/")
    person.page.get_by_role("link", name="Wall display").click()
    person.page.get_by_role("button", name="Make this browser a wall display").click()
    expect(person.page.get_by_text("As of")).to_be_visible()


def test_the_wall_display_refreshes_itself_and_says_when_ngnpro_is_away(house: LivingHouse, browser: Browser) -> None:
    with new_context(browser) as context, watched(context) as page:
        page.clock.install()
        person = Person(page, house.portal_url)
        person.sign_in(house.operator_password)
        begin_on_wall(person)
        house.stop_server()
        page.clock.fast_forward(31_000)
        expect(page.get_by_text("NGNPro does not answer, so all figures are unknown.")).to_be_visible()
        house.start_server()
        page.clock.fast_forward(31_000)
        expect(page.get_by_text("Blocked accounts")).to_be_visible()


def test_the_wall_display_says_that_its_figures_are_old_while_the_portal_is_away(
    house: LivingHouse, browser: Browser
) -> None:
    with new_context(browser) as context, context.new_page() as page:
        page.clock.install()
        person = Person(page, house.portal_url)
        person.sign_in(house.operator_password)
        begin_on_wall(person)
        old = page.get_by_text("These figures are old")
        expect(old).to_be_hidden()
        context.set_offline(True)
        page.clock.fast_forward(100_000)
        expect(old).to_be_visible()
        context.set_offline(False)
        page.clock.fast_forward(31_000)
        expect(old).to_be_hidden()


@pytest.fixture
def operator(house: LivingHouse, browser: Browser) -> Iterator[Person]:
    """The operator, with a clock that the test moves."""
    with new_context(browser) as context, watched(context) as page:
        page.clock.install()
        person = Person(page, house.portal_url)
        person.sign_in(house.operator_password)
        yield person


def test_two_minutes_before_the_session_ends_a_box_offers_to_stay(operator: Person) -> None:
    operator.open("/domains/add/")
    box = operator.page.get_by_role("alertdialog")
    operator.page.clock.fast_forward("57:00")
    expect(box).to_be_hidden()
    operator.page.clock.fast_forward("01:30")
    expect(box).to_be_visible()
    stay = box.get_by_role("button", name="Stay signed in")
    expect(stay).to_be_focused()
    with operator.page.expect_response("**/session/stay/") as answer:
        stay.press("Enter")
    assert answer.value.status == 204
    expect(box).to_be_hidden()
    operator.page.clock.fast_forward("30:00")
    expect(box).to_be_hidden()


def test_the_key_of_the_search_can_be_switched_off_and_the_menu_closes_behind_the_keyboard(operator: Person) -> None:
    page = operator.page
    find = page.get_by_label("Find a number, an address, a name or a domain")
    page.locator("button[popovertarget=me]").press("Enter")
    switch = page.get_by_role("button", name="The key / opens the search")
    switch.press("Enter")
    expect(page.get_by_role("button", name="The key / does not open the search")).to_be_visible()
    menu = page.locator("#me")
    for _time in range(40):
        if not menu.is_visible():
            break
        page.keyboard.press("Tab")
    expect(menu).to_be_hidden()
    operator.open("/")
    page.keyboard.press("/")
    expect(find).not_to_be_focused()
    page.keyboard.press("Control+k")
    expect(find).to_be_focused()


def test_what_was_typed_in_a_form_that_was_refused_counts_as_unsaved(operator: Person) -> None:
    operator.open("/domains/add/")
    page, asked = operator.page, []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_label("Domain", exact=False).first.fill("not a domain")
    page.locator(".form-foot button[type=submit]").click()
    expect(page.get_by_text("Nothing was saved yet.")).to_be_visible()
    page.locator("nav a", has_text="Accounts").first.click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.url.endswith("/domains/add/")
    page.locator(".form-foot a", has_text="Cancel").click()
    page.wait_for_url("**/domains/")
    assert asked == ["beforeunload"]


def test_from_a_ticked_row_the_next_tab_leads_to_the_actions(operator: Person) -> None:
    operator.add_domain("ticked.example")
    operator.open("/domains/")
    page = operator.page
    tick = page.locator("tbody .tick").first
    link = page.get_by_role("link", name="Act on ticked rows")
    expect(link).to_have_count(0)
    tick.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.actionbar') !== null")
