"""The portal's web server: slow clients block no others, and neither a reload nor a restart loses a request."""

from __future__ import annotations

import http.client
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from portal.running.commands import HOST, accepts_connections
from tests.support.processes import PATIENCE, House, Program, running, wait_until
from tests.support.slow import HALF_BODY, HALF_HEADERS, half_sent
from tests.support.steady import Steady, activated, held_socket

pytestmark = pytest.mark.real

WEB = [sys.executable, "-m", "portal.running.web"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A portal without platform data, as its sign-in page needs none."""
    house = House(tmp_path_factory.mktemp("house"))
    house.prepare()
    return house


@pytest.fixture
def portal(house: House) -> Iterator[Program]:
    with house.portal() as program:
        yield program


def ask_for_sign_in(connection: http.client.HTTPConnection) -> int:
    connection.request("GET", "/session/sign-in/")
    answer = connection.getresponse()
    assert answer.read()
    return answer.status


def test_two_hundred_half_sent_requests_hinder_no_page(house: House, portal: Program) -> None:
    port = house.portal_port
    with half_sent(port, 100, HALF_HEADERS), half_sent(port, 100, HALF_BODY):
        for _ in range(8):
            connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
            assert ask_for_sign_in(connection) == 200
            connection.close()


def test_nothing_that_is_sent_begins_a_line_of_the_log_or_reaches_a_terminal(house: House, portal: Program) -> None:
    forged = "x\r\nINFO portal: forged \x1b[2J\x85forged"
    address = house.portal_url + "session/sign-in/"
    with requests.Session() as browser:
        browser.get(address, timeout=60)
        sent = {"username": forged, "password": forged, "csrfmiddlewaretoken": browser.cookies["portal-csrf"]}
        answer = browser.post(address, sent, headers={"User-Agent": "x\x1b[2J"}, timeout=60)
        assert answer.status_code < 500
        assert browser.get(f"{house.portal_url}%0d%0aINFO%20portal:%20forged%1b[2J", timeout=60).status_code == 404
        assert browser.get(f"{house.portal_url}accounts/%0aforged@x/", timeout=60).status_code == 404
        browser.post(address, {"username": forged}, timeout=60)
    wait_until(lambda: "Not Found" in portal.read(), "the log speaks of an unknown page")
    lines = portal.read().split("\n")
    assert all(line.isprintable() and not line.startswith(("INFO portal: forged", "forged")) for line in lines)


def test_no_request_is_lost_while_worker_processes_are_replaced(house: House) -> None:
    command = [*WEB, "--bind", f"{HOST}:{house.portal_port}"]
    with running(command, house.environment, house.folder / "reload.log") as program:
        program.wait_until(lambda: accepts_connections(house.portal_port), "the portal answers")
        wait_until(lambda: len(program.group_members()) == 3, "both workers run")
        with Steady(ask_for_sign_in, house.portal_port) as steady:
            wait_until(lambda: steady.outcomes["200"] > 10, "some pages")
            before = set(program.group_members()) - {program.process.pid}
            program.signal(signal.SIGHUP)
            wait_until(lambda: not before & set(program.group_members()), "the old workers are gone")
            enough = steady.outcomes["200"] + 10
            wait_until(lambda: steady.outcomes["200"] > enough, "pages of the new workers")
        assert set(steady.outcomes) == {"200"}
        assert len(program.group_members()) == 3


def test_old_workers_answer_until_the_new_ones_do(house: House, tmp_path: Path) -> None:
    """After this reload the new workers cannot load the portal until a file exists."""
    (tmp_path / "sitecustomize.py").write_text(SLOW_START)
    hold = tmp_path / "hold"
    environment = house.environment | {"PYTHONPATH": str(tmp_path), "HOLD": str(hold)}
    command = [*WEB, "--bind", f"{HOST}:{house.portal_port}"]
    with running(command, environment, tmp_path / "reload.log") as program:
        program.wait_until(lambda: accepts_connections(house.portal_port), "the portal answers")
        wait_until(lambda: len(program.group_members()) == 3, "both workers run")
        with Steady(ask_for_sign_in, house.portal_port) as steady:
            wait_until(lambda: steady.outcomes["200"] > 10, "some pages")
            hold.touch()
            program.signal(signal.SIGHUP)
            wait_until(lambda: len(program.group_members()) == 5, "the new workers start")
            enough = steady.outcomes["200"] + 20
            wait_until(lambda: steady.outcomes["200"] > enough, "pages of the old workers")
            assert len(program.group_members()) == 5
            hold.unlink()
            wait_until(lambda: len(program.group_members()) == 3, "the old workers go")
        assert set(steady.outcomes) == {"200"}


SLOW_START = """
import importlib.abc, os, sys, time
class Waiting(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        while name == "portal.wsgi" and os.path.exists(os.environ["HOLD"]):
            time.sleep(0.05)
sys.meta_path.insert(0, Waiting())
"""


def test_old_workers_go_on_when_the_new_ones_cannot_load_the_portal(house: House, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(SLOW_START.replace("time.sleep(0.05)", "raise ImportError('broken')"))
    broken = tmp_path / "broken"
    environment = house.environment | {"PYTHONPATH": str(tmp_path), "HOLD": str(broken)}
    command = [*WEB, "--bind", f"{HOST}:{house.portal_port}"]
    with running(command, environment, tmp_path / "reload.log") as program:
        program.wait_until(lambda: accepts_connections(house.portal_port), "the portal answers")
        wait_until(lambda: len(program.group_members()) == 3, "both workers run")
        with Steady(ask_for_sign_in, house.portal_port) as steady:
            wait_until(lambda: steady.outcomes["200"] > 10, "some pages")
            before = set(program.group_members())
            broken.touch()
            program.signal(signal.SIGHUP)
            wait_until(lambda: program.read().count("go on with what they have loaded") == 2, "the log says so")
            enough = steady.outcomes["200"] + 10
            wait_until(lambda: steady.outcomes["200"] > enough, "pages of the old workers")
        assert set(steady.outcomes) == {"200"}
        assert before == set(program.group_members())


def test_no_request_is_lost_at_a_new_start_with_a_socket_that_systemd_holds(house: House) -> None:
    with held_socket() as listener:
        port = listener.getsockname()[1]
        with Steady(ask_for_sign_in, port) as steady:
            for start in range(2):
                seen = steady.outcomes["200"]
                with activated(listener, WEB, house.environment, house.folder / f"start{start}.log") as program:
                    program.wait_until(lambda seen=seen: steady.outcomes["200"] > seen + 20, "pages")
                    program.signal(signal.SIGTERM)
                    assert program.wait() == 0
            with activated(listener, WEB, house.environment, house.folder / "last.log") as program:
                seen = steady.outcomes["200"]
                program.wait_until(lambda: steady.outcomes["200"] > seen + 20, "pages")
                steady.__exit__()
        assert set(steady.outcomes) == {"200"}


def test_a_portal_that_is_about_to_stop_says_so_and_answers_until_then(house: House) -> None:
    command = [*WEB, "--bind", f"{HOST}:{house.portal_port}", "--drain", "3"]
    health = f"{house.portal_url}health/"
    with running(command, house.environment, house.folder / "drain.log") as program:
        program.wait_until(lambda: accepts_connections(house.portal_port), "the portal answers")
        assert requests.get(health, timeout=60).status_code == 200
        with Steady(ask_for_sign_in, house.portal_port) as steady:
            wait_until(lambda: steady.outcomes["200"] > 10, "some pages")
            program.signal(signal.SIGTERM)
            wait_until(lambda: requests.get(health, timeout=60).status_code == 503, "a balancer learns of it")
            enough = steady.outcomes["200"] + 10
            wait_until(lambda: steady.outcomes["200"] > enough, "pages in the meantime")
        assert steady.outcomes.keys() == {"200"}
        assert program.wait() == 0
    assert not accepts_connections(house.portal_port)
