"""Checks of everything that the portal connects to: database, Redis, worker, mail server, NGNPro, and its clock."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import requests
from django.conf import settings
from django.core import mail
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from redis import Redis
from redis.exceptions import RedisError

from portal.ngnpro import exchange
from portal.ngnpro.checkup import CheckResult, Grade, check_engine
from portal.ngnpro.engines import Engine
from portal.overview.models import AnswerTime
from portal.people.operators.models import Operator
from portal.running.install.settings_checks import known_engines
from portal.running.preparing import database_is_missing, database_name
from portal.running.views import readiness_problems

OLDEST_REDIS = 6
# Codes of authenticator apps are accepted for half a minute; times in the journal and in calls have to agree.
MOST_SKEW = timedelta(seconds=20)
# The worker's scheduler measures the answer times of NGNPro every minute.
LATEST_MEASUREMENT = timedelta(minutes=4)


def check_database() -> Iterator[CheckResult]:
    """Check that the portal's database answers and has the tables of this version, and that somebody can sign in."""
    if database_is_missing():
        yield _bad(f"The database {database_name()} does not exist: run manage.py prepare, and see PORTAL_VAR.")
        return
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            yield _bad(f"The tables of {database_name()} are not those of this version: run manage.py prepare.")
            return
        yield _good(f"The database {database_name()} answers, and has the tables of this version.")
        if not Operator.objects.filter(is_active=True).exists():
            yield _bad("No operator can sign in: run manage.py add_operator NAME.")
    except DatabaseError as error:
        yield _bad(f"The database {database_name()} does not answer: {str(error).strip()}")


def check_parts() -> Iterator[CheckResult]:
    """Check what `/ready` checks, the worker with its scheduler, Redis and the mail server."""
    if database_is_missing():
        return
    yield from (_bad(problem) for problem in readiness_problems())
    yield from _worker()
    if settings.REDIS_URL:
        yield from _redis()
    if settings.EMAIL_HOST:
        yield _mail_server()


def _worker() -> Iterator[CheckResult]:
    try:
        latest = AnswerTime.objects.order_by("-minute").values_list("minute", flat=True).first()
    except DatabaseError:
        return  # the check of the database says why
    if latest is None or latest < timezone.now() - LATEST_MEASUREMENT:
        since = f"since {latest:%Y-%m-%d %H:%M} UTC" if latest else "at all"
        yield _bad(f"The worker or its scheduler (--beat) has done nothing {since}: see whether it runs.")
    else:
        yield _good("The worker and its scheduler are at work.")


def _redis() -> Iterator[CheckResult]:
    try:
        with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3, socket_timeout=3) as client:
            facts = client.info()
    except (RedisError, OSError) as error:
        yield _bad(f"Redis does not answer: {error}")
        return
    version = str(facts.get("redis_version", "0"))
    yield _good(f"Redis {version} answers.")
    if int(version.partition(".")[0]) < OLDEST_REDIS:
        yield _bad(f"Redis {version} is too old: {OLDEST_REDIS} or newer is needed.")
    if facts.get("maxmemory_policy", "noeviction") != "noeviction":
        yield _bad("Redis may drop the queue when memory is short: set maxmemory-policy noeviction.")
    if not facts.get("aof_enabled"):
        yield _note("Redis may forget messages when it is restarted: set appendonly yes. Mails are found again.")


def _mail_server() -> CheckResult:
    at = f"The mail server {settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with mail.get_connection():
            return _good(f"{at} accepts connections from the portal.")
    except (smtplib.SMTPException, OSError) as error:
        return _bad(f"{at} cannot be used: {error}")


def check_ngnpro() -> Iterator[CheckResult]:
    """Check each NGNPro server: its ports, the portal's login there, and its clock."""
    for engine in known_engines():
        found = list(check_engine(engine))
        yield from (CheckResult(one.grade, f"NGNPro {engine.name}: {one.text}") for one in found)
        if not any(one.grade is Grade.BAD for one in found):
            yield from _clock(engine)


def _clock(engine: Engine) -> Iterator[CheckResult]:
    """Compare this machine's clock with the header Date of the server's HTTP answers, which is exact to a second."""
    try:
        with exchange.new_session(engine) as session:
            answer = session.get(engine.endpoint("Sip"), timeout=5, stream=True, allow_redirects=False)
    except requests.RequestException:
        return  # the port answers SOAP calls, but nothing else
    try:
        skew = abs(datetime.now(UTC) - parsedate_to_datetime(answer.headers.get("Date", "")))
    except (ValueError, TypeError):
        yield _note(f"NGNPro {engine.name} does not tell its time.")
        return
    if skew > MOST_SKEW:
        text = (
            f"The clocks of this machine and of NGNPro {engine.name} differ by {skew.total_seconds():.0f} s: use NTP."
        )
        yield _bad(text)


def _bad(text: str) -> CheckResult:
    return CheckResult(Grade.BAD, text)


def _note(text: str) -> CheckResult:
    return CheckResult(Grade.NOTE, text)


def _good(text: str) -> CheckResult:
    return CheckResult(Grade.GOOD, text)
