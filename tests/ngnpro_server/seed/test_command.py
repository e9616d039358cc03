"""The command that seeds an empty platform."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from ngnpro_server.commands import main
from ngnpro_server.config import Config, load_config
from ngnpro_server.seed.command import SeedRefused, seed_platform
from ngnpro_server.seed.large import make_large
from ngnpro_server.seed.making import Making, Progress
from ngnpro_server.store.engine import open_engine, transaction
from ngnpro_server.store.schema import metadata, sip_accounts
from tests.support.server import TestServer


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "ngnpro.ini"
    assert main(["--config", str(path), "init-db"]) == 0
    return path


def test_the_output_is_one_line_without_passwords(config: Path, capfd: pytest.CaptureFixture[str]) -> None:
    capfd.readouterr()
    assert main(["--config", str(config), "seed", "--accounts", "40"]) == 0
    output, errors = capfd.readouterr()
    assert output.startswith("Made 2 customers, 1 domain, 40 accounts")
    assert output.count("\n") == 1
    assert not [secret for secret in _secrets(load_config(config)) if secret in output + errors]


def test_a_platform_with_records_is_left_alone(config: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", str(config), "seed", "--accounts", "3"]) == 0
    capfd.readouterr()
    assert main(["--config", str(config), "seed"]) == 1
    output, errors = capfd.readouterr()
    assert output == ""
    assert errors.endswith("This platform already has records, so nothing was added; seed is for an empty one.\n")
    with _reading(load_config(config)) as connection:
        assert len(connection.execute(select(sip_accounts.c.id)).all()) == 3


def test_a_platform_with_one_customer_is_not_filled(server: TestServer) -> None:
    server.call("Customer", "addAccount", account={"username": "somebody", "password": "secret"})
    with pytest.raises(SeedRefused):
        seed_platform(server.engine, server.app.proxy, server.config)
    assert server.call("Customer", "getCustomers", query={})["total"] == 1


def _reading(config: Config) -> AbstractContextManager[Connection]:
    return transaction(open_engine(config.database.url, config.database), write=False)


def _secrets(config: Config) -> set[str]:
    """Return every secret in the configuration and the database."""
    found = {config.administrator.password}
    with _reading(config) as connection:
        for table in metadata.sorted_tables:
            for column in (column for column in table.columns if column.info.get("secret")):
                found |= set(connection.execute(select(column)).scalars())
    assert len(found) > 40
    return {secret for secret in found if len(secret or "") > 8}


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("number", [0, -1, 1_000_001])
def test_an_impossible_number_is_refused(server: TestServer, number: int) -> None:
    with pytest.raises(SeedRefused, match="1 to 1,000,000"):
        seed_platform(server.engine, server.app.proxy, server.config, accounts=number)


def test_tables_that_are_not_there_yet_are_asked_for(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "ngnpro.ini"
    config.write_text("[administrator]\nusername = admin\npassword = secret\n", encoding="utf-8")
    assert main(["--config", str(config), "seed"]) == 1
    assert "init-db" in capfd.readouterr().err


def test_an_interrupted_work_leaves_nothing_behind(server: TestServer) -> None:
    def stop(_done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _make_large(server, stop)
    seed_platform(server.engine, server.app.proxy, server.config, accounts=1)
    assert server.call("Sip", "getAccounts", query={})["total"] == 1


def _make_large(server: TestServer, progress: Progress) -> None:
    with (
        transaction(server.engine, write=True) as connection,
        transaction(server.app.proxy, write=True) as proxy,
    ):
        making = Making(connection=connection, proxy=proxy, config=server.config, now=datetime(2026, 3, 2))
        make_large(making, 1000, progress)
