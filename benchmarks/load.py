"""`make bench-load`: 100 people at work on one machine: how long the slowest of a hundred pages takes, and what fails.

Each person opens a list, a record or a form, or saves a change, and thinks for one to three seconds. ``PEOPLE``,
``SECONDS`` and ``ACCOUNTS`` in the environment change the scale.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from lxml import html

from benchmarks.machine import machine
from benchmarks.pages import sign_in
from benchmarks.ratios import Ratio
from tests.support.processes import House

PEOPLE = int(os.environ.get("PEOPLE", "100"))
SECONDS = float(os.environ.get("SECONDS", "60"))
ACCOUNTS = int(os.environ.get("ACCOUNTS", "20000"))
# Signing in takes a tenth of a second of the processor on purpose, so several people share a session.
PEOPLE_PER_SESSION = 10
THINKING = (1.0, 3.0)
MIX = {"list": 50, "record": 35, "edit": 15}
SLOWEST = 250.0  # milliseconds that 99 of 100 pages may take


@dataclass
class Person:
    """A person at work: the time of each page in milliseconds by kind, and what failed."""

    browser: requests.Session
    url: str
    chance: random.Random
    until: float
    times: list[tuple[str, float]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)

    def work(self) -> None:
        """Open pages and think, until the time is up."""
        time.sleep(self.chance.uniform(0, THINKING[1]))
        self.open_list()
        while time.monotonic() < self.until:
            time.sleep(self.chance.uniform(*THINKING))
            kind = self.chance.choices([*MIX], [*MIX.values()])[0]
            {"list": self.open_list, "record": self.open_record, "edit": self.edit_record}[kind]()

    def open_list(self) -> None:
        """Open a page of the list of accounts, in one of its orders."""
        page, sort = self.chance.randint(1, 20), self.chance.choice(("-changeDate", "username", "domain"))
        text = self.page("list", f"accounts/?page={page}&sort={sort}")
        self.known = html.fromstring(text).xpath("//a[@class='addr']/@href") if text else self.known

    def open_record(self) -> None:
        """Open the page of an account in the list."""
        if self.known:
            self.page("record", self.chance.choice(self.known).lstrip("/"))

    def edit_record(self) -> None:
        """Open the form of an account in the list, change a name and save it."""
        if not self.known:
            return
        path = f"{self.chance.choice(self.known).lstrip('/')}edit/"
        text = self.page("form", path)
        if text:
            [form] = [one for one in html.fromstring(text).forms if "digest" in one.fields]
            values = [(name, value) for name, value in form.form_values() if name != "first_name"]
            name = f"Ada {self.chance.randint(1, 10**6)}"
            self.page("save", path, [*values, ("first_name", name)])

    def page(self, kind: str, path: str, data: Any = None) -> str:
        """Fetch a page, or send a form; return its text, or an empty text if it failed."""
        begun, url = time.perf_counter(), self.url + path
        try:
            if data is None:
                answer = self.browser.get(url, allow_redirects=False)
            else:
                answer = self.browser.post(url, data, headers={"Referer": url}, allow_redirects=False)
        except requests.RequestException as error:
            self.failures.append(f"{kind}: {type(error).__name__}")
            return ""
        self.times.append((kind, (time.perf_counter() - begun) * 1000))
        # 409: somebody else has changed the same record meanwhile, which the page says
        if answer.status_code not in (200, 302, 409):
            self.failures.append(f"{kind}: status {answer.status_code}")
        return answer.text if answer.status_code == 200 else ""


def at_work(house: House, password: str, people: int, seconds: float) -> list[Person]:
    """Let people work, and return them with what they measured."""
    sessions = [sign_in(house, password) for _number in range(-(-people // PEOPLE_PER_SESSION))]
    until = time.monotonic() + seconds
    everybody = []
    for number in range(people):
        browser = requests.Session()
        browser.cookies.update(sessions[number % len(sessions)].cookies)
        everybody.append(Person(browser, house.portal_url, random.Random(number), until))
    with ThreadPoolExecutor(people) as threads:
        for done in [threads.submit(person.work) for person in everybody]:
            done.result()
    return everybody


def prepare(house: House, accounts: int) -> str:
    """Create a platform of this size, and return the first operator's password."""
    password = house.prepare()
    command = house.own_server.command("seed", "--accounts", str(accounts))
    subprocess.run(command, check=True, env=house.own_server.environment, stdout=subprocess.DEVNULL)
    return password


def run(people: int = PEOPLE, seconds: float = SECONDS, accounts: int = ACCOUNTS) -> list[Person]:
    """Prepare a platform, run both programs, and let people work."""
    with tempfile.TemporaryDirectory(prefix="bench-load-") as folder:
        house = House(Path(folder))
        password = prepare(house, accounts)
        with house.server(), house.portal():
            return at_work(house, password, people, seconds)


def at_most(times: list[float], hundredth: int) -> float:
    """Return the time that so many of a hundred pages took at most."""
    return statistics.quantiles(times, n=100)[hundredth - 1]


def ratios() -> Iterator[Ratio]:
    """Return the part of `make bench`: a short run with few people."""
    everybody = run(min(PEOPLE, 40), min(SECONDS, 30), min(ACCOUNTS, 20_000))
    times = [spent for person in everybody for _kind, spent in person.times]
    yield Ratio(f"{len(everybody)} people at work: 99 of 100 pages within, ms", at_most(times, 99), SLOWEST)


def main() -> None:
    """Print how long pages took, by kind, and what failed."""
    print(machine())
    everybody = run()
    failures = [failure for person in everybody for failure in person.failures]
    kinds = ("list", "record", "form", "save")
    print(f"{PEOPLE} people, {SECONDS:g} s, {ACCOUNTS:,} accounts\n")
    print("| page | pages | half within, ms | 99 of 100 within, ms |\n|---|---:|---:|---:|")
    for name in (*kinds, "all"):
        times = [spent for person in everybody for kind, spent in person.times if name in (kind, "all")]
        print(f"| {name} | {len(times)} | {statistics.median(times):.0f} | {at_most(times, 99):.0f} |")
    print(f"\nfailures: {len(failures)} {sorted(set(failures))}")


if __name__ == "__main__":
    main()
