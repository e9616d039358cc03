"""Tests of portal/core/processes.py, and of the pages that show the status of the parts of `make run`."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from portal.core.processes import (
    ProcessState,
    forget_processes,
    processes_in_trouble,
    read_processes,
    status_file,
    write_processes,
)
from portal.core.viewer import Role, Viewer
from portal.env import running_port
from tests.support.pages import Page
from tests.support.portal import Platform


@pytest.fixture(autouse=True)
def _nothing_told() -> Iterator[None]:
    yield
    forget_processes()


def test_without_a_supervisor_nothing_is_reported() -> None:
    assert read_processes() == []
    status_file().write_text('{"supervisor": 99999999, "parts": [{"name": "worker", "runs": false, "since": 1}]}')
    assert read_processes() == []
    status_file().write_text("{")
    assert read_processes() == []


def test_a_part_that_does_not_run_is_on_the_overview(browser: Client, world: Platform) -> None:
    ended = 1_700_000_000.0
    worker = ProcessState("worker", False, ended, restarts=3, reason="killed by SIGKILL", next_try=ended + 8)
    write_processes([ProcessState("portal", True, time.time()), worker])
    text = Page(browser.get("/")).text
    assert "The part “worker” of this machine is not running." in text
    assert "It stopped unexpectedly on 14 Nov 2023, 22:13:20 UTC and will be restarted at 22:13:28 UTC." in text
    assert "It was restarted 3 times before." in text
    assert "killed by SIGKILL" in text
    assert "“portal”" not in text
    assert processes_in_trouble(Viewer(Role.RESELLER)) == []


def test_a_part_that_was_started_again_is_on_the_overview(browser: Client, world: Platform) -> None:
    write_processes([ProcessState("server", True, 1_700_000_000.0, restarts=1, reason="exit status 1")])
    text = Page(browser.get("/")).text
    assert "The part “server” of this machine stopped unexpectedly and was restarted once." in text
    assert "It has been running since 14 Nov 2023, 22:13:20 UTC." in text


def test_the_page_of_an_outage_says_that_the_server_does_not_run(browser: Client, world: Platform) -> None:
    write_processes([ProcessState("server", False, 1_700_000_000.0, reason="exit status 1", next_try=1_700_000_008.0)])
    world.cut()
    response = browser.get("/")
    assert response.status_code == 503
    assert "The part “server” of this machine is not running." in Page(response).text


def test_commands_find_the_port_of_a_running_server_and_forget_that_of_an_ended_one(settings: Any) -> None:
    settings.RUN_SERVER = True
    write_processes([])
    assert running_port(status_file(), "ngnpro", 1) == settings.NGNPRO_PORT
    status_file().write_text('{"supervisor": 99999999, "ports": {"ngnpro": 9340}, "parts": []}')
    assert running_port(status_file(), "ngnpro", 9200) == 9200
    status_file().write_text(f'{{"supervisor": {os.getpid()}, "ports": {{"ngnpro": 9340}}, "parts": []}}')
    assert running_port(status_file(), "ngnpro", 9200) == 9340
    forget_processes()
    assert running_port(status_file(), "ngnpro", 9200) == 9200
