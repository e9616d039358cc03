"""Walks through all pages as four roles and prints what each page weighs and asks for: `make walk`.

For every kind of page that links lead to: the bytes of the page itself as sent, the calls to the NGNPro server, and on
each of four screens what axe finds and what is wider than the screen. Kinds of pages that no link leads to are listed
at the end of each role, such as those that a form opens. Ends with status 1 if anything was found.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import django
from playwright.sync_api import Browser, Response

from ngnpro_wire.request_ids import HEADER
from tests.support.browser import chromium, new_context, watched

# The modules below use the URLs of the portal.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.urls import resolve  # noqa: E402

from portal.core.rooms import pages  # noqa: E402
from tests.e2e.conftest import DemoHouse  # noqa: E402
from tests.e2e.person import OPERATOR, Person  # noqa: E402
from tests.e2e.walking import SCREENS, everything_that_links_lead_to, inaccessible, too_wide  # noqa: E402

HEADINGS = f"{'page':58} {'bytes':>7} {'calls':>5} {'axe':>4} {'wide':>4}"


@dataclass(slots=True)
class Visit:
    """One visited page: its size as sent, the ids of its requests, and what is wrong with it on any screen."""

    path: str
    size: int
    requests: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)

    def line(self, calls: int) -> str:
        """Return its line of the table."""
        return f"{self.path[:58]:58} {self.size:7} {calls:5} {len(self.axe):4} {len(self.wide):4}"


def walk(person: Person) -> Iterator[Visit]:
    """Visit one page of every kind, on every screen."""
    seen: list[Response] = []
    person.page.on("response", lambda answer: seen.append(answer))
    for path in everything_that_links_lead_to(person):
        seen.clear()
        visit = Visit(path, _size_of(person.open(path)))
        person.page.wait_for_load_state("networkidle")
        visit.requests = [found for one in seen if (found := one.headers.get(HEADER.lower()))]
        for screen in SCREENS:
            visit.wide += too_wide(person.page, screen)
            visit.axe += inaccessible(person.page, screen)
        yield visit


def _size_of(answer: Response) -> int:
    return int(answer.request.sizes()["responseBodySize"])


def calls_of(log: Path, visit: Visit) -> int:
    """Count the calls that the NGNPro server logged for the requests of a visit."""
    wanted = set(visit.requests)
    return sum(" ms" in line and any(one in line for one in wanted) for line in log.read_text().splitlines())


def walk_as(browser: Browser, house: DemoHouse, role: str, name: str, password: str) -> int:
    """Walk as one role, print the table, and return how much was found."""
    print(f"\n{role}\n{HEADINGS}", flush=True)
    found, reached = 0, set()
    with new_context(browser) as context, watched(context) as page:
        person = Person(page, house.portal_url, name)
        person.sign_in(password)
        for visit in walk(person):
            reached.add(resolve(urlsplit(visit.path).path).view_name)
            print(visit.line(calls_of(house.folder / "server.log", visit)), flush=True)
            for fault in (*visit.axe, *visit.wide):
                print(f"    {fault}")
            found += len(visit.axe) + len(visit.wide)
    never = sorted(name for name in pages() if name not in reached)
    print(f"{len(reached)} kinds of pages; no link led to: {', '.join(never)}")
    return found


def main() -> int:
    """Walk as the four roles of the demo platform."""
    with (
        tempfile.TemporaryDirectory(prefix="portal-walk-") as folder,
        DemoHouse(Path(folder)) as house,
        chromium() as browser,
    ):
        logins = json.loads((house.var / "demo-logins.json").read_text())
        people = [("operator", OPERATOR, house.operator_password)]
        people += [(one["role"], one["name"], one["password"]) for one in logins if one["role"] != "operator"]
        return sum(walk_as(browser, house, *one) for one in people)


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
