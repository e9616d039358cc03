"""Takes the pictures of the documentation: `make screenshots`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.e2e.conftest import DemoHouse
from tests.e2e.person import Person
from tests.support.browser import Scheme, chromium, new_context, watched
from tests.support.processes import ROOT

# Name of the picture: URL of the page, width, height, light or dark.
PICTURES: dict[str, tuple[str, int, int, Scheme]] = {
    "accounts": ("/accounts/", 1280, 800, "light"),
    "phone": ("/accounts/", 360, 740, "dark"),
    "outage": ("/domains/", 1280, 600, "light"),
}


def take(browser: Browser, house: DemoHouse, name: str) -> None:
    """Take one picture of a page as the operator sees it."""
    path, width, height, scheme = PICTURES[name]
    with new_context(browser, width, height, scheme) as context, watched(context) as page:
        person = Person(page, house.portal_url)
        person.sign_in(house.operator_password)
        if name == "outage":
            house.stop_server()
        person.open(path)
        page.screenshot(path=ROOT / "docs" / f"screenshot-{name}.png")
        if name == "outage":
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
