"""A walk through all pages that links lead to, and what is wrong with a page as a browser draws it.

Accessibility is checked with axe-core. Its package has the script, so that nothing is fetched.
"""

from __future__ import annotations

import functools
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import urlsplit

from django.urls import resolve
from playwright.sync_api import Page

from tests.e2e.person import Person
from tests.support.browser import Scheme

TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && element.checkVisibility())
    .map((element) => "too wide: " + element.outerHTML.slice(0, 120))"""
AXE = """() => axe.run(document, {resultTypes: ["violations"]}).then((found) => found.violations.flatMap((one) =>
  one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary.slice(0, 200)}`)))"""

# axe checks the size of targets (WCAG 2.5.8) only if it is told to.
TARGETS = AXE.replace("{resultTypes", '{runOnly: {type: "rule", values: ["target-size"]}, resultTypes')


@dataclass(frozen=True, slots=True)
class Screen:
    """The size of a window in CSS pixels and its colour scheme."""

    width: int
    height: int
    scheme: Scheme

    def show(self, page: Page) -> None:
        """Draw the open page on this screen, without transitions."""
        page.set_viewport_size({"width": self.width, "height": self.height})
        page.emulate_media(color_scheme=self.scheme, reduced_motion="reduce")


PHONE, DARK_PHONE = Screen(360, 740, "light"), Screen(360, 740, "dark")
DESK, DARK_DESK = Screen(1440, 900, "light"), Screen(1440, 900, "dark")
SCREENS = (PHONE, DARK_PHONE, DESK, DARK_DESK)


def everything_that_links_lead_to(person: Person) -> Iterator[str]:
    """Open one page of every kind that links point to, starting from the first page; each link must open a page."""
    waiting, kinds = deque(["/"]), {"overview:home"}
    while waiting:
        path = waiting.popleft()
        answer = person.open(path)
        assert answer.status == 200, path
        yield path
        for link in person.links():
            kind = resolve(urlsplit(link).path).view_name
            if kind not in kinds and person.leads_to_a_page(link):
                kinds.add(kind)
                waiting.append(link)


def a_screen_for(path: str) -> Screen:
    """Return one of the screens for a page: always the same for the same path without numbers."""
    name = "".join(character for character in urlsplit(path).path if not character.isdecimal())
    return SCREENS[zlib.crc32(name.encode()) % len(SCREENS)]


@functools.cache
def axe_script() -> str:
    """Return the script of axe-core."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def too_wide(page: Page, screen: Screen) -> list[str]:
    """Return the elements of the open page that are wider than the screen."""
    screen.show(page)
    found: list[str] = page.evaluate(TOO_WIDE)
    return found


def inaccessible(page: Page, screen: Screen) -> list[str]:
    """Return what axe finds on the open page, by any of its rules."""
    screen.show(page)
    page.evaluate(axe_script())
    found: list[str] = page.evaluate(AXE)
    return found


def too_small(page: Page, screen: Screen) -> list[str]:
    """Return the targets of the open page that are smaller than 24 pixels and too close to others."""
    screen.show(page)
    page.evaluate(axe_script())
    found: list[str] = page.evaluate(TARGETS)
    return found
