"""Tests of `make run-platform`: a call of the two phones appears in the portal's NGNPro, and all parts end together."""

from __future__ import annotations

import configparser
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from portal.ngnpro import Engine, Ngnpro
from portal.ngnpro.records import CallQuery, CallsQuery
from portal.running.commands import is_taken
from portal.running.platform.phones import ANNA, BERT
from tests.support import needs
from tests.support.processes import PATIENCE, ROOT, House, first_password, free_port, running, wait_until

pytestmark = [pytest.mark.real]
PORTS = ("PORTAL_SIP_PORT", "PORTAL_SIP_RPC_PORT", "PORTAL_PDNS_PORT")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, settings={"PORTAL_DEMO": "no", **{name: str(free_port()) for name in PORTS}})


def client_of(house: House) -> Ngnpro:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(house.config)
    login = parser["administrator"]
    return Ngnpro(Engine(url=house.server_url, username=login["username"], password=login["password"]))


def calls_page(house: House, password: str) -> str:
    """Sign in, and return the page that was printed."""
    address = f"{house.portal_url}session/sign-in/"
    with requests.Session() as browser:
        browser.get(address, timeout=PATIENCE)
        typed = {"username": "operator", "password": password, "csrfmiddlewaretoken": browser.cookies["portal-csrf"]}
        assert browser.post(address, typed, timeout=PATIENCE).status_code == 200
        return browser.get(f"{house.portal_url}accounts/{ANNA}/calls/", timeout=PATIENCE).text


def proxies_of(house: House) -> list[int]:
    """Return the ids of the main processes of Kamailio that work in the house's folder."""
    found = subprocess.run(["pgrep", "-f", f"^[^ ]*kamailio -f {house.var}"], capture_output=True, text=True)
    return [int(pid) for pid in found.stdout.split() if os.getsid(int(pid)) == int(pid)]


@pytest.mark.needs(needs.KAMAILIO, needs.POWERDNS, needs.DIG)
def test_a_call_of_the_phones_appears_and_parts_that_end_are_started_again(house: House) -> None:
    command = ["make", "--old-file=.venv/.installed", f"BIN={Path(sys.executable).parent}", "run-platform"]
    with running(command, house.environment, house.folder / "output") as program:
        program.wait_until(lambda: "The portal is ready" in program.read(), "the portal is ready")
        assert f"/accounts/{ANNA}/calls/" in program.read()
        ngnpro = client_of(house)
        query = CallsQuery(placed=CallQuery(limit=5))
        program.wait_until(lambda: ngnpro.sip.get_calls(ANNA, query).placed, "a call is listed")
        assert str(BERT) in calls_page(house, first_password(program.read()))
        call = ngnpro.sip.get_calls(ANNA, query).placed[0]
        assert (call.status, call.to_uri) == (200, f"sip:{BERT}")
        assert call.duration >= 4
        [found] = ngnpro.sip.get_sip_device_locations([BERT])
        assert len(found.locations) == 1
        dig = [needs.program("dig"), "@127.0.0.1", "-p", house.settings["PORTAL_PDNS_PORT"], "invalid", "SOA"]
        wait_until(lambda: subprocess.run(dig, capture_output=True, timeout=PATIENCE).returncode == 0, "DNS answers")
        [proxy] = proxies_of(house)
        os.kill(proxy, signal.SIGKILL)
        program.wait_until(lambda: proxies_of(house) not in ([], [proxy]), "the proxy is started again")
        # Ctrl-C reaches the whole group of a terminal
        os.killpg(program.process.pid, signal.SIGINT)
        program.wait()
        assert program.group_members() == []
    assert proxies_of(house) == []
    assert not any(is_taken(int(house.settings[name])) for name in PORTS)


def test_without_kamailio_it_says_what_is_missing(house: House, tmp_path: Path) -> None:
    house.settings["NGNPRO_URL"] = "http://127.0.0.1:9/"
    command = [sys.executable, "manage.py", "start", "--platform"]
    done = subprocess.run(command, cwd=ROOT, env=house.environment, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 1
    assert "start it without NGNPRO_URL" in done.stderr
