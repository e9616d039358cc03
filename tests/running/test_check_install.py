"""Tests of `manage.py check_install`: what it finds in settings, files, the database, the worker, and clocks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from portal.core import servers
from portal.ngnpro import Engine
from portal.ngnpro.checkup import CheckResult, Grade
from portal.ngnpro.engines import Engines
from portal.overview.models import AnswerTime
from portal.people.operators.models import Operator
from portal.running.install import connection_checks, settings_checks
from portal.running.preparing import statics_fingerprint


def texts(found: Iterator[CheckResult], grade: Grade = Grade.BAD) -> str:
    return "\n".join(one.text for one in found if one.grade is grade)


@pytest.fixture
def production(settings: Settings) -> Settings:
    """Settings of a portal for other machines in which nothing is to be mended."""
    settings.ALLOWED_HOSTS = ["portal.example.com"]
    settings.SECRET_KEY = "x7-Jq" * 3 + "a long random text of forty"
    settings.TLS, settings.PROXIES, settings.PORTAL_URL = True, 1, "https://portal.example.com"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "mail.example.com", True
    settings.DEFAULT_FROM_EMAIL = "noreply@example.com"
    return settings


@pytest.fixture(autouse=True)
def _one_engine() -> Iterator[None]:
    only = Engine(url="https://ngnpro.example.com/", username="admin", password="secret")
    with servers.using_engines(Engines({only.name: only}, only.name)):
        yield


def test_nothing_is_to_be_mended_in_safe_settings(production: Settings) -> None:
    assert texts(settings_checks.check_settings()) == ""


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DEBUG", True, "PORTAL_DEBUG is on"),
        ("ALLOWED_HOSTS", ["*"], "PORTAL_HOSTS accepts every host name"),
        ("SECRET_KEY", "secret", "PORTAL_SECRET_KEY is too short"),
        ("TLS", False, "PORTAL_TLS is off"),
        ("SECURE_PROXY_SSL_HEADER", None, "redirects every request"),
        ("PROXIES", 0, "would lock out everybody"),
        ("PORTAL_URL", "http://portal.example.com", "which is not HTTPS"),
        ("DEFAULT_FROM_EMAIL", "NGNPro portal <noreply@localhost>", "set PORTAL_MAIL_FROM"),
        ("EMAIL_USE_TLS", False, "sent without encryption"),
    ],
)
def test_each_unsafe_setting_is_named(production: Settings, name: str, value: Any, words: str) -> None:
    setattr(production, name, value)
    [found] = texts(settings_checks.check_settings()).splitlines()
    assert words in found


def test_calls_with_passwords_over_a_network_without_encryption_are_named(production: Settings) -> None:
    plain = Engine(url="http://ngnpro.example.com/", username="admin", password="secret")
    with servers.using_engines(Engines({"plain": plain}, "plain")):
        assert "ngnpro.example.com are not encrypted" in texts(settings_checks.check_settings())


def test_a_trial_on_this_machine_is_only_noted(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    assert texts(settings_checks.check_settings()) == ""
    assert "those of a trial" in texts(settings_checks.check_settings(), Grade.NOTE)


@pytest.fixture
def var(settings: Settings, tmp_path: Path) -> Path:
    """A PORTAL_VAR with a key and collected static files."""
    folder = tmp_path / "var"
    (folder / "static").mkdir(parents=True)
    folder.chmod(0o700)
    settings.VAR, settings.STATIC_ROOT = folder, folder / "static"
    settings.NGNPRO_CONFIG = tmp_path / "ngnpro.ini"
    (folder / "static" / ".fingerprint").write_text(statics_fingerprint())
    (folder / "secret-key").write_text("key")
    return folder


def test_files_that_others_may_read_are_named(var: Path, settings: Settings) -> None:
    assert texts(settings_checks.check_files()) == ""
    settings.NGNPRO_CONFIG.write_text("password = secret")
    settings.NGNPRO_CONFIG.chmod(0o644)
    assert texts(settings_checks.check_files()).count("may read or change") == 1
    var.chmod(0o755)
    (var / "secret-key").chmod(0o644)
    named = texts(settings_checks.check_files())
    assert all(f"chmod o-rwx,g-w {file}" in named for file in (var, var / "secret-key", settings.NGNPRO_CONFIG))


def test_static_files_of_another_version_are_named(var: Path) -> None:
    (var / "static" / ".fingerprint").write_text("of another version")
    assert "The static files are missing or those of another version" in texts(settings_checks.check_files())


@pytest.mark.django_db
def test_somebody_must_be_able_to_sign_in() -> None:
    assert "No operator can sign in" in texts(connection_checks.check_database())
    Operator.objects.create_user("ada", "correct-horse-battery")
    assert texts(connection_checks.check_database()) == ""


@pytest.mark.django_db
def test_tables_of_another_version_are_named() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'journal'")
    assert "are not those of this version: run manage.py prepare" in texts(connection_checks.check_database())


def test_a_database_that_was_never_prepared_is_not_created(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "none.sqlite3")}
    monkeypatch.setitem(settings.DATABASES, "default", file)
    assert "does not exist: run manage.py prepare" in texts(connection_checks.check_database())
    assert not list(tmp_path.iterdir())


@pytest.mark.django_db
def test_a_worker_whose_scheduler_does_nothing_is_named() -> None:
    assert "has done nothing at all" in texts(connection_checks._worker())
    late = timezone.now() - timedelta(minutes=10)
    measured = AnswerTime.objects.create(engine="ngnpro", minute=late, milliseconds=3)
    assert f"since {late:%Y-%m-%d %H:%M} UTC" in texts(connection_checks._worker())
    measured.delete()
    AnswerTime.objects.create(engine="ngnpro", minute=timezone.now(), milliseconds=None)
    assert texts(connection_checks._worker()) == ""


@pytest.mark.real
@pytest.mark.parametrize(("seconds", "is_found"), [(0, False), (-90, True)])
def test_clocks_that_differ_are_named(seconds: int, is_found: bool) -> None:
    class Late(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(405)
            self.send_header("Date", format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True))
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Late) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        engine = Engine(url=f"http://127.0.0.1:{server.server_port}/", username="admin", password="secret")
        found = texts(connection_checks._clock(engine))
    assert ("differ by 90 s" in found or "differ by 91 s" in found) is is_found


@pytest.mark.django_db
def test_the_exit_status_says_whether_something_is_to_be_mended(
    production: Settings, var: Path, databases_are_fine: None
) -> None:
    output = StringIO()
    call_command("check_install", quiet=True, before_start=True, stdout=output)
    assert output.getvalue() == ""
    production.DEBUG = True
    with pytest.raises(CommandError, match=r"1 to mend\."):
        call_command("check_install", quiet=True, before_start=True, stdout=output)
    assert output.getvalue().startswith("to mend  PORTAL_DEBUG is on")


@pytest.fixture
def databases_are_fine() -> None:
    Operator.objects.create_user("ada", "correct-horse-battery")
