"""The problems that `check-config` reports to an operator before clients notice them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from ngnpro_server.config import Administrator, Config, ConfigError, Server
from ngnpro_server.running.checks import check_config
from ngnpro_server.running.listening import remarks_on_certificate
from tests.support.certificates import self_signed
from tests.support.databases import empty_database
from tests.support.server import ADMINISTRATOR


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A configuration without problems."""
    administrator = Administrator(username="admin", password="a-password-that-is-long")
    return Config(administrator=administrator, database=empty_database(tmp_path))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file that the configuration was read from."""
    path = tmp_path / "ngnpro.ini"
    path.touch(0o600)
    return path


def test_a_correct_configuration_has_no_findings(config: Config, path: Path) -> None:
    assert check_config(config, path) == []


def test_a_short_password_is_named_but_never_shown(config: Config, path: Path) -> None:
    short = replace(config, administrator=Administrator(username="admin", password="shortsecret"))
    [remark] = check_config(short, path)
    assert "at least 12 characters" in remark
    assert "shortsecret" not in remark
    assert check_config(replace(config, administrator=ADMINISTRATOR), path) == []


@pytest.mark.parametrize("mode", [0o644, 0o602])
def test_a_file_that_others_can_read_or_write_is_named_with_the_command_that_helps(
    config: Config, path: Path, mode: int
) -> None:
    path.chmod(mode)
    [remark] = check_config(config, path)
    assert f"chmod o= {path}" in remark


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("address", "said"), [("0.0.0.0", True), ("ngnpro.example", True), ("::1", False), ("localhost", False)]
)
def test_passwords_in_clear_are_named_where_others_can_listen(
    config: Config, path: Path, address: str, said: bool
) -> None:
    remarks = check_config(replace(config, server=Server(address=address)), path)
    assert [("in clear" in remark, address in remark) for remark in remarks] == [(True, True)] * said


@pytest.mark.databases("postgresql", "mariadb")
def test_more_threads_than_connections_of_the_database_are_counted(config: Config, path: Path) -> None:
    [remark] = check_config(replace(config, server=Server(workers=64, threads=16)), path)
    assert re.match(r"64 workers with 16 threads need 1024 connections; the database has \d+\.", remark)


@pytest.mark.databases("sqlite")
def test_a_certificate_is_named_when_it_ends_soon_or_has_ended(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    server = Server(certificate=str(certificate), private_key=str(certificate.with_suffix(".key")))
    end = x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    assert remarks_on_certificate(server, end - timedelta(days=15)) == []
    assert "ends on" in remarks_on_certificate(server, end - timedelta(days=13))[0]
    assert "clients refuse it" in remarks_on_certificate(server, end + timedelta(seconds=1))[0]
    assert remarks_on_certificate(Server(), datetime.now(UTC)) == []


@pytest.mark.databases("sqlite")
def test_a_certificate_that_cannot_be_used_keeps_the_server_from_running(
    config: Config, path: Path, tmp_path: Path
) -> None:
    certificate, private_key = str(self_signed(tmp_path)), str(tmp_path / "server.key")
    with pytest.raises(ConfigError, match="cannot be read"):
        check_config(replace(config, server=Server(certificate=certificate, private_key=str(tmp_path / "none"))), path)
    with pytest.raises(ConfigError, match="cannot be used together"):
        check_config(replace(config, server=Server(certificate=certificate, private_key=certificate)), path)
    assert check_config(replace(config, server=Server(certificate=certificate, private_key=private_key)), path) == []
