"""Tests of `/ready` and `/health/` of the portal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from portal.broker.store import QueueStore
from portal.mail.outbox.models import OutboxMessage
from portal.running import views
from tests.support.clock import Clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    views.memory.forget()


@pytest.fixture
def queue(settings: Settings, tmp_path: Path) -> Iterator[QueueStore]:
    settings.QUEUE_FILE, settings.QUEUE_SECONDS = tmp_path / "broker" / "queue.sqlite3", 300
    store = QueueStore(settings.QUEUE_FILE)
    yield store
    store.close()


@pytest.fixture(autouse=True)
def _own_queue(queue: QueueStore) -> None:
    pass


def asked(client: Client) -> tuple[int, str]:
    answer = client.get("/ready")
    return answer.status_code, answer.content.decode()


def test_it_is_ready_when_all_works(client: Client) -> None:
    assert asked(client) == (200, "The portal is ready.\n")
    assert client.post("/ready").status_code == 405


def test_a_database_that_takes_no_writes_is_not_ready(client: Client) -> None:
    def full(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("UPDATE"):
            raise OperationalError("database or disk is full")
        return execute(sql, *rest)

    with connection.execute_wrapper(full):
        status, text = asked(client)
    assert status == 503
    assert "database cannot be written to" in text


def test_a_disk_that_is_almost_full_is_not_ready(client: Client, settings: Settings) -> None:
    free = shutil.disk_usage(settings.VAR).free // 1_000_000
    settings.LEAST_FREE_MB = free + 1_000_000
    status, text = asked(client)
    assert status == 503
    assert text.startswith("The disk has ")
    assert f"it should have {free + 1_000_000} MB." in text


@pytest.mark.parametrize(
    ("values", "is_stuck"),
    [
        ({"age": 299}, False),
        ({"age": 301}, True),
        # queued again and again by the sweep, and never claimed
        ({"age": 301, "due": -60}, True),
        # it failed and will be retried later
        ({"age": 301, "due": -60, "attempts": 1, "error": "greylisted"}, False),
        # it waits until its recipient's hourly limit allows it
        ({"age": 301, "due": -60, "error": "It waits."}, False),
        ({"age": 301, "state": "sent"}, False),
    ],
)
def test_the_portal_is_not_ready_if_no_worker_claims_a_mail(
    client: Client, values: dict[str, Any], is_stuck: bool
) -> None:
    now = timezone.now()
    age = values.pop("age")
    due = now - timedelta(seconds=values.pop("due", age))
    OutboxMessage.objects.create(
        kind="x", about="y", recipient="z@mail.example", created_at=now - timedelta(seconds=age), due_at=due, **values
    )
    status, text = asked(client)
    assert (status == 503) == is_stuck
    assert ("A mail has waited for a worker for 301 seconds" in text) == is_stuck


def test_the_portal_is_not_ready_if_a_message_waits_too_long(client: Client, queue: QueueStore, clock: Clock) -> None:
    queue.put("celery", {})
    assert asked(client)[0] == 200
    clock.advance(400)
    status, text = asked(client)
    assert status == 503
    assert "A message has waited in the queue for 400 seconds" in text


def test_a_queue_that_cannot_be_reached_is_not_ready(client: Client, queue: QueueStore, settings: Settings) -> None:
    settings.QUEUE_FILE.parent.write_text("a file where the folder should be")
    status, text = asked(client)
    assert status == 503
    assert "The queue cannot be reached" in text


@pytest.mark.real
def test_the_portal_is_not_ready_without_redis(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    status, text = asked(client)
    assert status == 503
    assert "The queue cannot be reached" in text


def test_frequent_requests_cost_one_write(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    asked(client)
    with django_assert_num_queries(0):
        assert asked(client) == (200, "The portal is ready.\n")


def test_whether_the_process_answers_costs_nothing(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/health/").content == b"ok\n"
