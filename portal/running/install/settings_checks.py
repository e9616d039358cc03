"""Checks of settings and of the files that they name; nothing is connected to."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal import env
from portal.core import servers
from portal.ngnpro import Engine
from portal.ngnpro.checkup import CheckResult, Grade
from portal.running.backup.nightly import backup_age
from portal.running.preparing import database_file, statics_fingerprint

_LOCAL = ("localhost", "127.0.0.1", "[::1]", "::1", "testserver")
_SHORTEST_KEY = 32
HOUR = timedelta(hours=1)
LATEST_BACKUP = 26 * HOUR


def is_trial() -> bool:
    """Return whether only browsers on this machine can use the portal, as with `make run`."""
    return all(host in _LOCAL for host in settings.ALLOWED_HOSTS)


def known_engines() -> list[Engine]:
    """Return the NGNPro servers of the settings; none if the settings do not say how to log in."""
    try:
        return list(servers.engines().engines.values())
    except ImproperlyConfigured:
        return []


def check_settings() -> Iterator[CheckResult]:
    """Check the settings of pages, sign-in and mail."""
    yield from _pages()
    yield from _key()
    if not known_engines():
        yield _bad(
            "The portal does not know its NGNPro login: set NGNPRO_USERNAME and NGNPRO_PASSWORD, or NGNPRO_CONFIG with "
            "the file that `python -m ngnpro_server init-db` writes."
        )
    if is_trial():
        yield _note(
            "Only browsers on this machine may use the portal (PORTAL_HOSTS): these checks are those of a trial."
        )
        return
    yield from _https()
    yield from _mail()
    if database_file():
        yield _note("The portal's database is an SQLite file, which is for trials: set PORTAL_DATABASE_URL.")
    if not settings.REDIS_URL:
        yield _note("The queue is a file: workers on other machines need Redis (PORTAL_REDIS_URL).")
    if not settings.REQUIRE_SECOND_FACTOR:
        yield _note("Operators may sign in with a password alone: consider PORTAL_REQUIRE_SECOND_FACTOR=yes.")
    yield from _engines()


def _pages() -> Iterator[CheckResult]:
    if settings.DEBUG:
        yield _bad("PORTAL_DEBUG is on: error pages show settings and code to everybody. Turn it off.")
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield _bad("PORTAL_HOSTS accepts every host name or none: list the names under which browsers use the portal.")


def _key() -> Iterator[CheckResult]:
    if len(settings.SECRET_KEY) < _SHORTEST_KEY or len(set(settings.SECRET_KEY)) < 10:
        yield _bad("PORTAL_SECRET_KEY is too short or too simple: use 48 random characters or more.")
    if settings.SECRET_KEY_FALLBACKS:
        yield _note("PORTAL_OLD_SECRET_KEYS still accepts an earlier key: remove it when its sessions have ended.")


def _https() -> Iterator[CheckResult]:
    behind = bool(getattr(settings, "SECURE_PROXY_SSL_HEADER", None))
    if not settings.TLS:
        yield _bad("PORTAL_TLS is off, although other machines may use the portal: passwords can be read on their way.")
    elif not behind:
        yield _bad(
            "PORTAL_TLS is on, and PORTAL_BEHIND_TLS_PROXY is off: the portal speaks no TLS itself, so it redirects "
            "every request again and again."
        )
    if behind and not settings.PROXIES:
        yield _bad("PORTAL_PROXIES is 0 behind a proxy: a lockout after wrong passwords would lock out everybody.")
    if settings.TLS and not settings.PORTAL_URL.startswith("https://"):
        yield _bad(f"Links in mails begin with {settings.PORTAL_URL}, which is not HTTPS: set PORTAL_URL.")


def _mail() -> Iterator[CheckResult]:
    if not settings.EMAIL_HOST:
        yield _note("There is no mail server (PORTAL_SMTP_HOST): mails stay in a folder for operators.")
        return
    if "@localhost" in settings.DEFAULT_FROM_EMAIL:
        yield _bad("Mails come from an address at localhost, which mail servers refuse: set PORTAL_MAIL_FROM.")
    if not (env.is_this_machine(settings.EMAIL_HOST) or settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        yield _bad("Mails, also with passwords, are sent without encryption: turn PORTAL_SMTP_STARTTLS on.")


def _engines() -> Iterator[CheckResult]:
    for engine in known_engines():
        urls = {engine.url, *engine.endpoints.values()}
        for parts in (urlsplit(url) for url in urls):
            if parts.scheme == "http" and not env.is_this_machine(parts.hostname or ""):
                yield _bad(f"Calls to NGNPro at {parts.hostname} are not encrypted and contain passwords: use https.")
    redis = urlsplit(settings.REDIS_URL)
    if redis.scheme == "redis" and not env.is_this_machine(redis.hostname or ""):
        yield _note(f"The connection to Redis at {redis.hostname} is not encrypted: use rediss://.")


def check_files() -> Iterator[CheckResult]:
    """Check who may read and write the files with secrets and records, and whether static files are there."""
    yield from _folder(Path(settings.VAR))
    for file in _secret_files():
        # where nobody else gets into the folder, it does not matter what its files allow
        if not (file.is_relative_to(settings.VAR) and _keeps_others_out(Path(settings.VAR))):
            yield from _readers(file)
    stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
    if not stamp.exists() or stamp.read_text() != statics_fingerprint():
        yield _bad("The static files are missing or those of another version: run manage.py prepare.")
    yield from check_backups()


def check_backups() -> Iterator[CheckResult]:
    """Check that there is a backup of the last night, where backups are made each night, and that it is encrypted."""
    if not settings.BACKUP_FOLDER:
        yield _note("There are no nightly backups (PORTAL_BACKUP_FOLDER).")
        return
    if (age := backup_age()) is None:
        yield _note(f"There is no backup in {settings.BACKUP_FOLDER} yet.")
    elif age > LATEST_BACKUP:
        yield _bad(f"The newest backup in {settings.BACKUP_FOLDER} is {age // HOUR} hours old: see the worker's log.")
    if not settings.BACKUP_RECIPIENTS:
        yield _note("Backups are not encrypted, and contain keys and passwords: set PORTAL_BACKUP_RECIPIENTS.")


def _folder(folder: Path) -> Iterator[CheckResult]:
    if not os.access(folder, os.W_OK | os.X_OK):
        yield _bad(f"This user cannot write to {folder} (PORTAL_VAR).")
    yield from _readers(folder)


def _secret_files() -> list[Path]:
    var = Path(settings.VAR)
    named: list[Path | str | None] = [
        settings.NGNPRO_CONFIG,
        settings.NGNPRO_ENGINES,
        database_file(),
        settings.MAIL_FOLDER,
    ]
    named.append(database_file())
    usual = [var / name for name in ("secret-key", "ngnpro.sqlite3", "proxy.sqlite3", "queue.sqlite3")]
    return [file for file in dict.fromkeys([*(Path(one) for one in named if one), *usual]) if file.exists()]


def _readers(file: Path) -> Iterator[CheckResult]:
    if not _keeps_others_out(file):
        yield _bad(f"Other users of this machine may read or change {file}: chmod o-rwx,g-w {file}")
    if not os.access(file, os.R_OK):
        yield _bad(f"This user cannot read {file}: see who ran manage.py prepare.")


def _keeps_others_out(file: Path) -> bool:
    return not file.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP)


def _bad(text: str) -> CheckResult:
    return CheckResult(Grade.BAD, text)


def _note(text: str) -> CheckResult:
    return CheckResult(Grade.NOTE, text)
