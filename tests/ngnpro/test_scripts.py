"""The examples and commands of docs/clients.md, run against a real server process."""

from __future__ import annotations

import configparser
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.ngnpro import Proxy
from tests.support.needs import PHP_SOAP, SOAP_LITE, program
from tests.support.processes import ROOT, House

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"))
    house.prepare()
    with house.server():
        yield house


def run(house: House, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, cwd=ROOT, env=house.environment, input=stdin, capture_output=True, text=True, timeout=60
    )


def ngnpro(house: House, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return run(house, sys.executable, "manage.py", "ngnpro", *words, stdin=stdin)


def login(house: House) -> tuple[str, str]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(house.config)
    return parser["administrator"]["username"], parser["administrator"]["password"]


def test_the_python_example_does_what_it_says(house: House) -> None:
    done = run(house, sys.executable, "examples/python_client.py", house.server_url, *login(house))

    assert (done.returncode, done.stderr) == (0, "")
    assert "alice@python-example.com is Alice Liddell, in ['free-pstn']" in done.stdout
    assert "Refused with code 1001" in done.stdout
    assert "Left: 0" in done.stdout


@pytest.mark.needs(PHP_SOAP)
def test_the_php_example_does_what_it_says(house: House) -> None:
    done = run(house, program("php"), "examples/php_client.php", house.server_url, *login(house))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "alice@php-example.com is Alice Liddell, in free-pstn",
        "Refused with code 1001: There is a SIP domain php-example.com already.",
        "Left: 0",
    ]


@pytest.mark.parametrize(
    ("words", "domain"),
    [
        ((sys.executable, "examples/zeep_client.py"), "zeep-example.com"),
        ((sys.executable, "examples/suds_client.py"), "suds-example.com"),
        pytest.param(("perl", "examples/soap_lite.pl"), "perl-example.com", marks=pytest.mark.needs(SOAP_LITE)),
    ],
)
def test_the_example_of_another_client_does_what_it_says(house: House, words: tuple[str, ...], domain: str) -> None:
    done = run(house, *words, house.server_url, *login(house))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"alice@{domain} is Jürgen, in free-pstn",
        f"Refused with code 1001: There is a SIP domain {domain} already.",
    ]


def test_the_curl_example_does_what_it_says(house: House) -> None:
    done = run(house, "sh", "examples/curl_client.sh", house.server_url, *login(house))

    assert (done.returncode, done.stderr) == (0, "")
    assert "getDomainsResponse" in done.stdout


def test_the_calls_of_the_page_run_as_they_are_printed(house: House) -> None:
    text = (ROOT / "docs" / "clients.md").read_text()
    [block] = [block for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) if "Sip.addAccount -" in block]
    for line in block.splitlines():
        done = run(house, "sh", "-c", line.replace(".venv/bin/python", sys.executable))
        assert (done.returncode, done.stderr) == (0, ""), line
        assert json.loads(done.stdout), line


def test_a_call_from_the_shell(house: House) -> None:
    added = ngnpro(house, "Sip.addDomain", "domain=shell.example")
    account = {"id": {"username": "alice", "domain": "shell.example"}, "password": "canary-password"}
    with_json = ngnpro(house, "Sip.addAccount", "-", stdin=json.dumps(account))
    found = ngnpro(house, "Sip.getDomains", "filter.domain=shell.%")
    gone = ngnpro(house, "Sip.deleteDomain", "domain=shell.example")
    missing = ngnpro(house, "Sip.deleteDomain", "domain=shell.example")

    assert json.loads(added.stdout)["domain"] == "shell.example"
    assert json.loads(with_json.stdout)["ha1"] == "(hidden)"
    assert "canary" not in with_json.stdout + with_json.stderr
    assert json.loads(found.stdout)["total"] == 1
    assert (gone.returncode, gone.stdout) == (0, "")
    assert (missing.returncode, missing.stdout) == (3, "")
    assert "does not exist" in missing.stderr


def test_names_and_descriptions_in_the_shell(house: House) -> None:
    assert ngnpro(house, "--names", "Sip.getDev").stdout == "\n"
    assert ngnpro(house, "--names", "Sip.getDom").stdout == "Sip.getDomains\n"
    assert "Adds a SIP domain" in ngnpro(house, "--describe", "Sip.addDomain").stdout
    assert ngnpro(house, "--describe", "Sip.fly").returncode == 2
    assert "no engine 'other'" in ngnpro(house, "--engine", "other", "Sip.getDomains").stderr


def test_the_check_up_finds_nothing_to_mend(house: House) -> None:
    done = run(house, sys.executable, "manage.py", "check_ngnpro")

    assert (done.returncode, done.stderr) == (0, "")
    assert "problem" not in done.stdout
    assert f"Sip at {house.server_url} answers" in done.stdout


def test_the_check_up_fails_when_the_server_is_away(house: House) -> None:
    elsewhere = House(house.folder, settings={"NGNPRO_URL": "http://127.0.0.1:9/"})
    done = run(elsewhere, sys.executable, "manage.py", "check_ngnpro")

    assert done.returncode == 1
    assert "cannot be reached" in done.stdout
    assert "4 to mend" in done.stderr


def test_the_servers_wsdl_is_kept_on_demand(house: House, tmp_path: Path) -> None:
    path = tmp_path / "theirs.wsdl"

    done = run(house, sys.executable, "manage.py", "check_ngnpro", "--save-wsdl", str(path))
    with_it = House(house.folder, house.server_port, settings={"NGNPRO_WSDL": str(path)})

    assert (done.returncode, done.stderr) == (0, "")
    assert f"wsdl = {path}" in done.stdout
    assert run(with_it, sys.executable, "manage.py", "ngnpro", "Sip.getDomains").returncode == 0


def test_a_payment_that_is_reported_twice_is_added_once(house: House) -> None:
    username, password = login(house)
    proxy = Proxy(f"{house.server_url}wsdl", port="Sip", auth={"username": username, "password": password})
    proxy.addDomain({"domain": "pay.example"})
    proxy.addAccount({"id": {"username": "ada", "domain": "pay.example"}, "password": "a-long-secret", "prepaid": 1})
    command = (sys.executable, "examples/add_payment.py", house.server_url, *login(house), "ada@pay.example", "25")
    first, again, other = (run(house, *command, payment) for payment in ("ch_1", "ch_1", "ch_2"))
    assert first.stdout == "Payment ch_1: the balance was 0.00 and is 25.00 now.\n"
    assert again.stdout == "Payment ch_1 was added before.\n"
    assert other.stdout == "Payment ch_2: the balance was 25.00 and is 50.00 now.\n"
    missing = run(house, *command[:-2], "nobody@pay.example", "25", "ch_3")
    assert missing.returncode != 0
