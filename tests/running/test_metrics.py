"""Tests of `/metrics`: who may read them, and what they count."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries, Settings

from portal.installed import FILES
from portal.mail.outbox.models import OutboxMessage
from portal.ngnpro.reports import CallReport
from portal.overview.models import AnswerTime
from portal.running import metrics

pytestmark = pytest.mark.django_db


def read(client: Client, settings: Settings) -> dict[tuple[str, str], float]:
    settings.METRICS_TOKEN = "letmein"
    answer = client.get("/metrics", headers={"Authorization": "Bearer letmein"})
    assert answer["Content-Type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.content.decode())
    return {(one.name, " ".join(one.labels.values())): one.value for family in families for one in family.samples}


def test_strangers_are_told_that_there_is_no_such_page(client: Client, settings: Settings) -> None:
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "letmein"
    for wrong in ("", "Bearer ", "Bearer letmei", "letmein", "Bearer lötmein"):
        assert client.get("/metrics", headers={"Authorization": wrong}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer letmein"}).status_code == 200


def test_a_network_may_be_let_in(client: Client, settings: Settings) -> None:
    settings.METRICS_FROM = [ip_network("10.1.0.0/16"), ip_network("2001:db8::/32")]
    for address, status in (("10.1.2.3", 200), ("10.2.0.1", 404), ("2001:db8::7", 200), ("127.0.0.1", 404)):
        assert client.get("/metrics", REMOTE_ADDR=address).status_code == status
    settings.PROXIES = 1
    forged = {"X-Forwarded-For": "10.1.2.3, 192.0.2.1"}
    assert client.get("/metrics", headers=forged, REMOTE_ADDR="10.1.2.3").status_code == 404


def test_requests_are_counted_by_page_and_status(client: Client, settings: Settings) -> None:
    names = [("portal_requests_total", labels) for labels in ("GET running:health 200", "GET none 404")]
    before = read(client, settings)
    client.get("/health/")
    client.get("/there-is-no-such-page")
    after = read(client, settings)
    assert [after[name] - before.get(name, 0) for name in names] == [1, 1]


def test_calls_to_ngnpro_are_counted_by_operation_and_result(client: Client, settings: Settings) -> None:
    name = ("portal_ngnpro_calls_total", "ngnpro Sip.addDomain refused 1001")
    before = read(client, settings).get(name, 0)
    metrics._count_call(CallReport("ngnpro", "Sip", "addDomain", 0.2, "refused 1001"))
    assert read(client, settings)[name] == before + 1


def test_work_that_waits_is_read_from_the_database(client: Client, settings: Settings) -> None:
    now = timezone.now()
    for state, age in (("queued", 60), ("queued", 10), ("sent", 99)):
        at = now - timedelta(seconds=age)
        OutboxMessage.objects.create(
            kind="x", about="y", recipient="z@mail.example", state=state, created_at=at, due_at=at
        )
    AnswerTime.objects.create(engine="ngnpro", minute=now - timedelta(minutes=5), milliseconds=3)
    found = read(client, settings)
    assert (found["portal_mails", "queued"], found["portal_mails", "sent"]) == (2, 1)
    assert 60 <= found["portal_mail_age_seconds", ""] < 90
    assert 300 <= found["portal_worker_quiet_seconds", ""] < 330
    assert found["portal_sessions", ""] == found["portal_lockouts", ""] == found["portal_writes_in_doubt", ""] == 0


def test_the_queries_do_not_grow(
    client: Client, settings: Settings, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(12):
        read(client, settings)


def test_the_examples_use_metrics_that_exist(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.BACKUP_FOLDER = str(tmp_path)
    (tmp_path / "portal-2026-12-01T024100Z.backup").touch()
    OutboxMessage.objects.create(kind="x", about="y", recipient="z@mail.example")
    AnswerTime.objects.create(engine="ngnpro", minute=timezone.now(), milliseconds=3)
    metrics._count_call(CallReport("ngnpro", "Sip", "addDomain", 0.2, "ok"))
    client.get("/health/")
    there = {name for name, _labels in read(client, settings)} | {"portal_jobs"}
    folder = FILES / "examples" / "prometheus"
    for file in ("alerts.yml", "grafana-dashboard.json"):
        used = set(re.findall(r"\bportal_\w+", (folder / file).read_text()))
        assert used <= there, file
