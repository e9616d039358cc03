"""Workers that all have a scheduler: one of them starts the periodic tasks, and another one takes over from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from celery.beat import ScheduleEntry
from redis import Redis

from portal.broker.turns import TURN, TurnScheduler
from tests.support import needs
from tests.support.brokers import RedisServer


class Noting(TurnScheduler):
    """A scheduler that notes what it would start."""

    def __init__(self, app: Celery) -> None:
        self.started: list[str] = []
        super().__init__(app, lazy=True)
        self.schedule = {"often": ScheduleEntry(name="often", task="often", schedule=0.0, app=app)}

    def apply_entry(self, entry: ScheduleEntry, producer: object = None) -> None:
        self.started.append(entry.task)


@pytest.fixture
def app() -> Celery:
    app = Celery(broker="memory://", set_as_current=False)
    app.conf.beat_schedule = {}
    return app


@pytest.fixture
def redis(tmp_path: Path, settings: pytest.FixtureRequest) -> Iterator[RedisServer]:
    with RedisServer(tmp_path) as server:
        settings.REDIS_URL = server.url
        yield server


def test_without_redis_the_only_scheduler_starts_what_is_due(app: Celery) -> None:
    scheduler = Noting(app)
    for _round in range(2):
        scheduler.tick()
    assert scheduler.started


@pytest.mark.real
@pytest.mark.needs(needs.REDIS)
def test_one_scheduler_starts_tasks_and_another_takes_over_when_it_stops(redis: RedisServer, app: Celery) -> None:
    first, second = Noting(app), Noting(app)
    for _round in range(3):
        first.tick()
        second.tick()
    assert first.started
    assert not second.started

    first.close()
    for _round in range(3):
        second.tick()
    assert second.started


@pytest.mark.real
@pytest.mark.needs(needs.REDIS)
def test_a_scheduler_that_has_lost_its_turn_starts_nothing(redis: RedisServer, app: Celery) -> None:
    lost = Noting(app)
    lost.tick()
    with Redis.from_url(redis.url) as client:
        assert client.ttl(TURN) > 0, "the turn of a worker that was killed ends by itself"
        client.set(TURN, "another")
    before = list(lost.started)
    for _round in range(3):
        lost.tick()
    assert lost.started == before

    redis.end()
    lost.tick()
    assert lost.started == before
    redis.start()
