"""Fixtures of the browser tests: a house (a folder in which all parts of the project run) and a person in a browser."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from tests.e2e.person import Person
from tests.support.browser import chromium, new_context, watched
from tests.support.processes import House


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


class LivingHouse(House):
    """A house whose parts run; ``stop_server`` and ``start_server`` stop and start its NGNPro server."""

    with_demo = False

    def __enter__(self) -> LivingHouse:
        self.operator_password = self.prepare(with_demo=self.with_demo)
        self._parts = ExitStack()
        self.programs = [self._parts.enter_context(part) for part in (self.portal(), self.worker())]
        self.start_server()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_server()
        self._parts.close()

    def start_server(self) -> None:
        self._server = ExitStack()
        self.programs.append(self._server.enter_context(self.server()))

    def stop_server(self) -> None:
        self._server.close()
        self.programs.pop()


class DemoHouse(LivingHouse):
    """A house with the demo platform."""

    with_demo = True


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingHouse]:
    with LivingHouse(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def person(browser: Browser, house: LivingHouse) -> Iterator[Person]:
    """A person with a browser who has signed in as the operator."""
    with new_context(browser) as context, watched(context) as page:
        person = Person(page, house.portal_url)
        person.sign_in(house.operator_password)
        yield person


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the output of the programs to the report of a failed test."""
    report = yield
    house = getattr(item, "funcargs", {}).get("house")
    if report.failed and house:
        report.sections += [(log.name, log.read_text()[-5000:]) for log in house.folder.glob("*.log")]
    return report
