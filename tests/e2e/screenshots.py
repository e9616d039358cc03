"""Takes the pictures of the documentation: `make screenshots`."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from tests.e2e.conftest import DemoHouse
from tests.e2e.person import OPERATOR, Person
from tests.support.browser import Scheme, chromium, new_context, watched
from tests.support.processes import ROOT


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: the page, the window, and the role of the demo platform that sees it.

    ``press`` is the button that is pressed on the page before, ``away`` whether NGNPro is away, ``tour`` whether the
    tour of the first sign-in is on it.
    """

    path: str
    width: int
    height: int
    scheme: Scheme
    role: str = "operator"
    press: str = ""
    away: bool = False
    tour: bool = False


PICTURES = {
    "overview": Picture("/", 1280, 800, "light"),
    "tour": Picture("/", 1280, 800, "light", role="reseller", tour=True),
    "accounts": Picture("/accounts/", 1280, 800, "light"),
    "account": Picture("/accounts/101@zonnegraan.example/", 1280, 800, "light"),
    "wall": Picture("/wall/", 1280, 720, "dark", press="Make this browser a wall display"),
    "phone": Picture("/accounts/", 360, 740, "dark"),
    "subscriber": Picture("/", 360, 740, "light", role="subscriber"),
    "outage": Picture("/domains/", 1280, 600, "light", away=True),
}


@contextmanager
def signed_in_as(browser: Browser, house: DemoHouse, picture: Picture) -> Iterator[Person]:
    """Open the window of a picture, signed in, with the tour ended unless it is wanted."""
    logins = {one["role"]: one for one in json.loads((house.var / "demo-logins.json").read_text())}
    login = logins.get(picture.role) or {"name": OPERATOR, "password": house.operator_password}
    with new_context(browser, picture.width, picture.height, picture.scheme) as context, watched(context) as page:
        person = Person(page, house.portal_url, login["name"])
        person.sign_in(login["password"])
        end = page.get_by_role("button", name="End the tour")
        if not picture.tour and end.count():
            end.click()
            page.wait_for_load_state()
        yield person


def take(browser: Browser, house: DemoHouse, name: str) -> None:
    """Take one picture."""
    picture = PICTURES[name]
    with signed_in_as(browser, house, picture) as person:
        if picture.away:
            house.stop_server()
        person.open(picture.path)
        if picture.press:
            person.page.get_by_role("button", name=picture.press).click()
        person.page.wait_for_load_state("load" if picture.away else "networkidle")
        person.page.screenshot(path=ROOT / "docs" / f"screenshot-{name}.png")
        if picture.away:
            house.start_server()


def main() -> None:
    """Take all pictures."""
    with (
        tempfile.TemporaryDirectory(prefix="portal-pictures-") as folder,
        DemoHouse(Path(folder)) as house,
        chromium() as browser,
    ):
        for name in PICTURES:
            take(browser, house, name)


if __name__ == "__main__":
    main()
