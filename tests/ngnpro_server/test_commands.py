"""The command line: what it creates, prints and refuses."""

from __future__ import annotations

import configparser
import csv
import io
import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from ngnpro_server.commands import main
from ngnpro_server.config import load_config
from ngnpro_server.wsgi import create_app
from tests.support.processes import free_port
from tests.support.server import TestServer, administrator_auth

Run = Callable[..., int]


@pytest.fixture
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("commands") / "etc" / "ngnpro.ini"


@pytest.fixture
def run(config: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on a configuration in a folder of its own."""
    monkeypatch.setenv("NGNPRO_CUSTOMER_PASSWORD", "typed")
    return lambda *arguments: main(["--config", str(config), *arguments])


def started(config: Path) -> TestServer:
    loaded = load_config(config, {})
    return TestServer(create_app(loaded), loaded, administrator_auth(loaded))


def test_init_db_makes_a_configuration_and_databases_that_only_their_owner_reads(run: Run, config: Path) -> None:
    assert run("init-db") == 0
    for path in (config, config.with_name("ngnpro.sqlite3"), config.with_name("proxy.sqlite3")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(config)
    assert len(parser["administrator"]["password"]) >= 32
    assert started(config).call("Sip", "getDomains", query={})["total"] == 0


def test_init_db_says_which_database_it_prepared(run: Run, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("init-db")
    assert f"The database sqlite:///{config.with_name('ngnpro.sqlite3')} is ready." in capsys.readouterr().out


def test_init_db_again_keeps_everything(run: Run, config: Path) -> None:
    run("init-db")
    before = config.read_text()
    started(config).call("Sip", "addDomain", domain={"domain": "example.com"})
    assert run("init-db") == 0
    assert config.read_text() == before
    assert started(config).call("Sip", "getDomains", query={})["total"] == 1


def test_check_config_tells_what_is_missing(run: Run, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check-config") == 1
    assert "does not exist" in capsys.readouterr().err
    run("init-db")
    assert run("check-config") == 0
    config.with_name("ngnpro.sqlite3").unlink()
    assert run("check-config") == 1
    assert "init-db" in capsys.readouterr().err
    assert not config.with_name("ngnpro.sqlite3").exists()


def test_add_customer_adds_a_reseller_and_their_customer(
    run: Run, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("init-db")
    assert run("add-customer", "big", "--organization", "Big Ltd") == 0
    assert "Added reseller big with the id 1." in capsys.readouterr().out
    assert run("add-customer", "small", "--reseller", "1", "--email", "a@example.com") == 0
    assert "Added customer small with the id 2." in capsys.readouterr().out
    small = {"username": "small", "password": "typed", "admin": False}
    assert started(config).call("Customer", "getAccount", small, id=2)["email"] == "a@example.com"
    assert run("add-customer", "BIG") == 1
    assert capsys.readouterr().err == "There is a customer big already.\n"


def test_add_vouchers_prints_cards_that_can_be_spent(
    run: Run, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("init-db")
    capsys.readouterr()
    assert run("add-vouchers", "12.50", "--count", "3") == 0
    cards = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len({card["number"] for card in cards}) == 3
    server = started(config)
    server.call("Sip", "addDomain", domain={"domain": "example.com"})
    sip_id = {"username": "alice", "domain": "example.com"}
    server.call("Sip", "addAccount", account={"id": sip_id, "password": "x"})
    card = {"id": int(cards[1]["id"]), "number": cards[1]["number"]}
    assert server.call("Sip", "addBalanceFromVoucher", sipId=sip_id, card=card)["new_balance"] == 12.5
    for wrong in (["0"], ["10001"], ["5", "--count", "0"], ["5", "--count", "10001"]):
        assert run("add-vouchers", *wrong) == 1


def test_serve_wants_a_prepared_database(run: Run, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.parent.mkdir()
    config.write_text("[administrator]\nusername = a\npassword = b\n")
    assert run("serve") == 1
    assert "init-db" in capsys.readouterr().err


def test_a_port_in_use_is_reported_in_one_sentence(
    run: Run, config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("init-db")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("NGNPRO_SERVER_PORT", str(taken.getsockname()[1]))
        capsys.readouterr()
        assert run("serve") == 1
    said = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("Note: ")]
    assert len(said) == 1
    assert "address already in use" in said[0]


@pytest.mark.real
def test_serve_answers_until_it_is_stopped(run: Run, config: Path) -> None:
    run("init-db")
    port = free_port()
    command = [sys.executable, "-m", "ngnpro_server", "--config", str(config), "serve"]
    environ = os.environ | {"NGNPRO_SERVER_PORT": str(port)}
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"Listening at http://127.0.0.1:{port}/\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/wsdl", timeout=180) as answer:
            assert f'location="http://127.0.0.1:{port}/"'.encode() in answer.read()
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=180)
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_without_a_named_configuration_no_second_platform_is_created(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NGNPRO_CONFIG", raising=False)
    assert main(["init-db"]) == 1
    assert "NGNPRO_CONFIG or --config is missing" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert main(["init-db", "--new"]) == 0
