"""Tests of portal/broker/redis_transport.py, with a real Redis that goes away while messages are worked on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection, Consumer, Exchange, Queue
from kombu.common import ignore_errors

from portal.broker.redis_transport import RedisTransport
from portal.celery import app
from tests.support.brokers import RedisServer
from tests.support.needs import REDIS

pytestmark = [pytest.mark.real, pytest.mark.needs(REDIS)]

QUEUE = Queue("celery", Exchange("celery"), routing_key="celery")


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path) as server:
        yield server


def connect(redis: RedisServer) -> Connection:
    return Connection(redis.url, transport=RedisTransport)


def take_one(connection: Connection, channel: Any) -> Any:
    """Send and receive a message, and begin to wait for the next one, as a worker does."""
    taken: list[Any] = []
    with connection.Producer() as producer:
        producer.publish("one", routing_key="celery", exchange=QUEUE.exchange, declare=[QUEUE])
    Consumer(channel, [QUEUE], callbacks=[lambda _body, message: taken.append(message)]).consume()
    connection.drain_events(timeout=5)
    connection.transport.cycle.on_poll_start()
    [message] = taken
    return message


def close_as_celery_does(connection: Connection) -> None:
    """Close a connection that broke: see ``celery.worker.consumer.Consumer.on_connection_error_after_connected``."""
    connection.collect(socket_timeout=1)
    ignore_errors(connection, connection.close)


def test_a_worker_survives_closing_channels_and_acknowledging_after_redis_went_away(
    redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    connection = connect(redis)
    channels = [connection.default_channel, connection.channel()]
    messages = [take_one(connection, channel) for channel in channels]
    redis.end()
    close_as_celery_does(connection)
    for message in messages:
        message.ack_log_error(logging.getLogger("worker"), connection.connection_errors)
    assert caplog.text.count("Couldn't ack") == 2
    redis.start()
    with connect(redis) as again:
        assert again.default_channel.client.hlen("unacked") == 2
    for channel in channels:
        channel.qos._on_collect.cancel()  # else kombu restores its message when Python ends, from a Redis that is gone


def test_the_portal_uses_this_transport_with_tls_too() -> None:
    assert app.main == "portal"  # it has registered the transport
    with Connection("rediss://redis.example.com/0", ssl={"ssl_cert_reqs": "required"}) as connection:
        assert isinstance(connection.transport, RedisTransport)
        assert connection.ssl == {"ssl_cert_reqs": "required"}
