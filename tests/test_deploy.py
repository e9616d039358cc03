"""Tests of the production settings: Django's own checks report nothing, and invalid addresses raise clear errors."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import env

ROOT = Path(__file__).resolve().parents[1]
PRODUCTION = {
    "PORTAL_HOSTS": "portal.example.com",
    "PORTAL_TLS": "yes",
    "PORTAL_BEHIND_TLS_PROXY": "yes",
    "PORTAL_PROXIES": "1",
    "PORTAL_REQUIRE_SECOND_FACTOR": "yes",
    "PORTAL_SMTP_HOST": "mail.example.com",
}


def manage(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PORTAL_VAR": str(folder), **settings}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_djangos_checks_for_production_are_silent(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy", "--fail-level=DEBUG", **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues (2 silenced)" in done.stdout  # the tag libraries i18n and static, which the portal replaces


def test_links_begin_with_the_first_host_unless_a_url_is_set(tmp_path: Path) -> None:
    for settings, expected in (
        ({}, "http://localhost:8000"),
        (PRODUCTION, "https://portal.example.com"),
        ({**PRODUCTION, "PORTAL_URL": "https://phones.example.com:8443/"}, "https://phones.example.com:8443"),
    ):
        code = "from django.conf import settings; print(settings.PORTAL_URL)"
        assert manage(tmp_path, "shell", "--no-imports", "-c", code, **settings).stdout.strip() == expected


@pytest.mark.parametrize(
    "value", ["portal.example.com", "ftp://x", "https://", "https://x/path", "https://x?q=1", "https://me:pw@x"]
)
def test_an_address_that_cannot_be_stops_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PORTAL_URL", value)
    with pytest.raises(ImproperlyConfigured, match="PORTAL_URL must be an address"):
        env.web_address("PORTAL_URL", "http://localhost")


def test_a_log_level_and_a_time_zone_that_do_not_exist_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_LOG_LEVEL", "loud")
    with pytest.raises(ImproperlyConfigured, match="PORTAL_LOG_LEVEL must be one of DEBUG, INFO, not 'LOUD'"):
        env.one_of("PORTAL_LOG_LEVEL", "INFO", ("DEBUG", "INFO"))
    for value in ("Mars/Olympus", "../etc/passwd", "Europe/"):
        monkeypatch.setenv("PORTAL_TIME_ZONE", value)
        with pytest.raises(ImproperlyConfigured, match="PORTAL_TIME_ZONE must be a time zone"):
            env.time_zone("PORTAL_TIME_ZONE", "UTC")


def test_an_empty_log_level_and_time_zone_mean_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORTAL_LOG_LEVEL", "PORTAL_TIME_ZONE"):
        monkeypatch.setenv(name, "")
    assert env.one_of("PORTAL_LOG_LEVEL", "INFO", ("DEBUG", "INFO")) == "INFO"
    assert env.time_zone("PORTAL_TIME_ZONE", "UTC") == "UTC"


@pytest.mark.parametrize(
    ("hosts", "tls", "expected"),
    [
        (["portal.example.com", "x"], True, "https://portal.example.com"),
        ([".example.com"], True, "https://example.com"),
        (["*"], False, "http://localhost:8001"),
        ([], False, "http://localhost:8001"),
    ],
)
def test_the_address_is_guessed_from_the_hosts(hosts: list[str], tls: bool, expected: str) -> None:
    assert env.usual_address(hosts, tls, 8001) == expected
