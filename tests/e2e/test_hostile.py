"""Whatever NGNPro returns in any field is shown as text: no script runs, and the browser reports no error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import get_resolver, reverse
from playwright.sync_api import Browser, BrowserContext

from portal.core.access import may_open
from portal.core.rooms import pages
from portal.core.viewer import Role, Viewer
from tests.e2e.person import Person
from tests.support.browser import new_context, watched
from tests.support.hostile import Hostile, hostile_server
from tests.support.needs import CHROMIUM
from tests.support.processes import House
from tests.test_access import KEYS, NAMES

pytestmark = [pytest.mark.real, pytest.mark.needs(CHROMIUM)]

INJECTED = """() => [
  ...document.querySelectorAll("img, iframe, object, embed, [onerror], [onload], [onmouseover], script:not([src])"),
  ...[...document.querySelectorAll("a[href]")].filter((link) => /^(javascript|data):/i.test(link.href)),
].map((element) => element.outerHTML.slice(0, 200)).concat(window.hacked ? ["it ran"] : [])"""
KEY = {**{name: own for name, (own, _foreign) in KEYS.items()}, "customer": 1, "alias": "ada@example.com"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"))
    house.password = house.prepare()  # type: ignore[attr-defined]
    with house.portal():
        yield house


@pytest.fixture(scope="module")
def ngnpro(house: House) -> Iterator[Hostile]:
    with hostile_server(house.server_port) as server:
        yield server


def pages_that_ngnpro_fills() -> list[str]:
    """List every page that an operator can open about records of the platform."""
    assert get_resolver()
    rooms = ("overview", "customers", "domains", "accounts", "aliases", "enum", "lcr")
    return [
        reverse(page, kwargs={name: KEY[name] for name in NAMES[page]})
        for page in sorted(pages())
        if page.split(":")[0] in rooms and may_open(Viewer(Role.NOBODY), page) is False
    ]


def is_page(context: BrowserContext, url: str) -> bool:
    """Return whether a URL is a page, without showing it: files and URLs that accept POST only are not."""
    answer = context.request.get(url)
    # 404: the hostile server has no such record; 405: the URL accepts POST only
    assert answer.status in (200, 404, 405), (url, answer.status)
    return answer.status != 405 and "attachment" not in answer.headers.get("content-disposition", "")


def test_nothing_that_ngnpro_returns_runs_in_the_browser(house: House, ngnpro: Hostile, browser: Browser) -> None:
    with new_context(browser) as context, watched(context) as page:
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        person = Person(page, house.portal_url)
        person.sign_in(house.password)  # type: ignore[attr-defined]
        shown = 0
        for path in pages_that_ngnpro_fills():
            if not is_page(context, house.portal_url + path.lstrip("/")):
                continue
            shown += person.open(path).status == 200
            assert page.evaluate(INJECTED) == [], path
        assert dialogs == []
        assert shown > 40, shown
        assert not [cookie for cookie in context.cookies() if cookie["name"] == "hacked"]
    assert {"Sip.getDomains", "Sip.getAccounts", "Customer.getAccount", "Enum.getNumber"} <= ngnpro.asked
