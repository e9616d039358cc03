"""Tests of portal/broker/transport.py: kombu and a real Celery worker over the embedded queue."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from kombu import Connection, Consumer, Exchange, Queue
from kombu.exceptions import OperationalError

from benchmarks.soak_queue import soak
from portal.broker.store import DAMAGED, QueueStore
from tests.support.processes import Program, running, wait_until

QUEUE = Queue("celery", Exchange("celery"), routing_key="celery")
# A task notes that it began and, after a while, that it ended, in the file that its argument names.
APP = """
import os, sys, time
from pathlib import Path
from celery import Celery
app = Celery("small")
app.conf.update(
    broker_url="sqlite://queue", broker_transport="portal.broker.transport:QueueTransport", task_acks_late=True,
    broker_transport_options={"file": os.environ["QUEUE_FILE"], "lease": 2.0, "polling_interval": 0.05},
    broker_connection_max_retries=None, broker_connection_retry_on_startup=True, task_ignore_result=True,
    broker_channel_error_retry=True, worker_hijack_root_logger=False,
    worker_prefetch_multiplier=int(os.environ["PREFETCH"]),
)
@app.task(name="note")
def note(file, seconds):
    with open(file, "a") as opened:
        opened.write("began\\n")
    time.sleep(seconds)
    with open(file, "a") as opened:
        opened.write("ended\\n")
if __name__ == "__main__":
    app.worker_main(["worker", "--pool", "threads", "--concurrency", "4", "--loglevel", "INFO"])
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "broker" / "queue.sqlite3"


@pytest.fixture
def connection(file: Path) -> Iterator[Connection]:
    with open_queue(file) as opened:
        yield opened


def open_queue(file: Path) -> Connection:
    options = {"file": str(file)}
    return Connection("sqlite://queue", transport="portal.broker.transport:QueueTransport", transport_options=options)


def drain(connection: Connection, act: Callable[[object], None], **options: object) -> list[object]:
    """Receive all waiting messages, apply ``act`` to each, and return their bodies."""
    bodies = []

    def on_message(body: object, message: object) -> None:
        bodies.append(body)
        act(message)

    with Consumer(connection, [QUEUE], callbacks=[on_message], **options):
        try:
            while True:
                connection.drain_events(timeout=0.3)
        except TimeoutError:
            return bodies


def test_an_acknowledged_message_is_deleted_and_a_rejected_one_is_delivered_again(
    connection: Connection, file: Path
) -> None:
    queue = connection.SimpleQueue(QUEUE)
    for number in range(3):
        queue.put(number)
    assert drain(connection, lambda message: message.ack()) == [0, 1, 2]  # type: ignore[attr-defined]
    assert QueueStore(file).size("celery", held=True) == 0
    queue.put("again")
    queue.get().requeue()
    assert QueueStore(file).size("celery") == 1
    queue.get().reject()
    assert QueueStore(file).size("celery", held=True) == 0


def test_a_consumer_without_acknowledgements_leaves_no_messages(connection: Connection, file: Path) -> None:
    connection.SimpleQueue(QUEUE).put("once")
    assert drain(connection, lambda _message: None, no_ack=True) == ["once"]
    assert QueueStore(file).size("celery", held=True) == 0


def test_a_file_that_cannot_be_is_an_error_of_the_connection_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "broker").write_text("a file where the folder should be")
    with open_queue(tmp_path / "broker" / "queue.sqlite3") as opened:
        with pytest.raises(OperationalError, match="broker"):
            opened.ensure_connection(max_retries=1, interval_start=0, reraise_as_library_errors=True)
        (tmp_path / "broker").unlink()
        opened.SimpleQueue(QUEUE).put("now it can")


class Worker:
    """A Celery worker with one small task, and a method that queues the task."""

    def __init__(self, folder: Path, file: Path) -> None:
        self.folder, self.file = folder, file
        (folder / "small.py").write_text(APP)
        self.environment = {
            "PYTHONPATH": f"{folder}:.",
            "QUEUE_FILE": str(file),
            "PREFETCH": str(settings.CELERY_WORKER_PREFETCH_MULTIPLIER),
            "PATH": "/usr/bin:/bin",
        }
        self.command = [sys.executable, "-W", "ignore", str(folder / "small.py")]

    def start(self) -> Program:
        return Program(self.command, self.environment, self.folder / "worker.log")

    def send(self, name: str, seconds: float = 0, times: int = 1) -> Path:
        """Queue the task, once or several times; return the path of its notes."""
        notes = self.folder / name
        code = f"from small import note; [note.delay({str(notes)!r}, {seconds}) for _time in range({times})]"
        with running([sys.executable, "-c", code], self.environment, self.folder / "send.log") as program:
            assert program.wait() == 0, program.read()
        return notes


@pytest.fixture
def worker(tmp_path: Path, file: Path) -> Worker:
    return Worker(tmp_path, file)


def lines(notes: Path) -> list[str]:
    return notes.read_text().split() if notes.exists() else []


@pytest.mark.real
def test_the_task_of_a_killed_worker_is_done_by_another(worker: Worker, file: Path) -> None:
    notes = worker.send("slow", 600)
    killed = worker.start()
    killed.wait_until(lambda: lines(notes) == ["began"], "the task began")
    killed.kill()
    program = worker.start()
    try:
        program.wait_until(lambda: lines(notes) == ["began", "began"], "the task began again")
    finally:
        program.kill()
    assert QueueStore(file).size("celery", held=True) == 1


@pytest.mark.real
def test_a_long_task_is_not_given_to_a_second_worker(worker: Worker, file: Path) -> None:
    notes = worker.send("long", 6)  # three times the lease
    first, second = worker.start(), worker.start()
    try:
        wait_until(lambda: lines(notes)[-1:] == ["ended"], "the task ended")
        wait_until(lambda: QueueStore(file).size("celery", held=True) == 0, "it is acknowledged")
        assert lines(notes) == ["began", "ended"]
    finally:
        first.end()
        second.end()


@pytest.mark.real
def test_a_worker_leaves_the_tasks_that_it_cannot_begin_to_others(worker: Worker) -> None:
    notes = worker.send("many", 600, times=6)
    busy = worker.start()
    busy.wait_until(lambda: lines(notes) == ["began"] * 4, "it works on as many tasks as it has threads")
    other = worker.start()
    try:
        other.wait_until(lambda: lines(notes) == ["began"] * 6, "the other worker began the rest")
    finally:
        busy.kill()
        other.kill()


@pytest.mark.real
@pytest.mark.parametrize("harm", ["no folder", "no file", "an empty file", "no database", "a damaged row"])
def test_no_harm_to_the_file_ends_a_worker(worker: Worker, file: Path, harm: str) -> None:
    first = worker.send("first")
    program = worker.start()
    try:
        program.wait_until(lambda: lines(first)[-1:] == ["ended"], "the first task ended")
        if harm == "no folder":
            shutil.rmtree(file.parent)
        elif harm == "no file":
            file.unlink()
        elif harm == "an empty file":
            file.write_bytes(b"")
        elif harm == "no database":
            file.write_bytes(b"no database " * 2000)
        else:
            payload = ""
            with sqlite3.connect(file) as database:
                values = ("celery", "tag", payload, "digest", 0)
                database.execute("INSERT INTO message (queue, tag, payload, digest, put_at) VALUES (?,?,?,?,?)", values)
            wait_until(lambda: QueueStore(file).size("celery" + DAMAGED) == 1, "it is set aside")
        second = worker.send("second")

        def done_or_sent_again() -> bool:
            # A message written while the file is replaced may be lost; the portal's sweep sends it again.
            return lines(second)[-1:] == ["ended"] or lines(worker.send("second"))[-1:] == ["ended"]

        program.wait_until(done_or_sent_again, "the second task ended")
    finally:
        program.end()


@pytest.mark.real
def test_a_short_soak_loses_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        figures = soak(tmp_path, 4000)
    assert figures.is_sound, figures
    assert figures.kills >= 1
    assert caplog.text == ""
