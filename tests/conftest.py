"""Fixtures and hooks for every test: no network unless a test is marked `real`, and a list of tests left out."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Iterator
from typing import Any, NoReturn

import hypothesis
import pytest

from tests.support import databases, memory, needs

# On continuous integration every run uses the same examples; a developer's runs use new ones.
hypothesis.settings.register_profile("developer", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "developer")

memory.keep_files_in_memory()

pytest_plugins = ["tests.support.portal", "tests.support.keys", "tests.support.clock", "tests.support.domain_files"]

# Started last, one of these would run for minutes while the other processes of tests have nothing left to do.
LONGEST = ("tests/e2e/", "tests/running/", "tests/test_")

LEFT_OUT = pytest.StashKey[dict[str, list[str]]]()


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse network connections in every test that is not marked `real`."""

    def refuse(_self: socket.socket, address: Any) -> NoReturn:
        pytest.fail(f"This test is not marked `real`, but wants to connect to {address}.")

    if request.node.get_closest_marker("real") is None:
        monkeypatch.setattr(socket.socket, "connect", refuse)
        monkeypatch.setattr(socket.socket, "connect_ex", refuse)


@pytest.fixture(autouse=True)
def _no_engine_left() -> Iterator[None]:
    """Close the databases of the NGNPro servers that the test used."""
    yield
    databases.close_engines()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the longest tests first, and leave out those whose programs are not installed; record which."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
    left_out: list[pytest.Item] = []
    for item in items:
        marker = item.get_closest_marker("needs")
        missing = [name for name in marker.args if not needs.is_there(name)] if marker else []
        if missing:
            left_out.append(item)
            config.stash[LEFT_OUT].setdefault(", ".join(missing), []).append(item.nodeid)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was imported and collected, and let it run less often: a sixth less work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_configure(config: pytest.Config) -> None:
    """Create the list of tests that are left out, and keep pytest-xdist from putting small modules last."""
    config.option.loadscopereorder = False
    config.stash[LEFT_OUT] = {}


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send the list to the reporting process when tests run in several processes."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left out"] = session.config.stash[LEFT_OUT]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Read the list from a test process; each process has collected all tests, so all lists are equal."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left out", {})


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print which tests did not run, and which programs they need."""
    for missing, tests in config.stash[LEFT_OUT].items():
        terminalreporter.section(f"NOT RUN, because of what this machine lacks: {missing}")
        for test in tests:
            terminalreporter.line(test)
