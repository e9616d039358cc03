"""`make soak-queue COUNT=1000000`: a soak test of the embedded queue in which consumers are killed again and again.

Producers send numbered messages; consumers receive them with kombu as Celery does, append each number to a file and
acknowledge the message. Every few moments one consumer is killed with SIGKILL and a new one is started. In the end
every number must be in a file, the queue empty and its file intact; else the program exits with status 1.
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from kombu import Connection, Consumer, Exchange, Queue

from benchmarks.machine import machine
from portal.broker.store import QueueStore

QUEUE = Queue("celery", Exchange("celery"), routing_key="celery")
LEASE = 2.0
PRODUCERS = TAKERS = 2
PREFETCH = 16
SECONDS_BETWEEN_KILLS = (0.2, 2.0)


@dataclass(frozen=True, slots=True)
class Figures:
    """The results of a run."""

    count: int
    lost: int
    again: int
    kills: int
    seconds: float
    most_bytes: int
    verdict: str

    @property
    def is_sound(self) -> bool:
        """Return whether every message was delivered and the file is intact."""
        return not self.lost and self.verdict == "ok"

    def __str__(self) -> str:
        return (
            f"{self.count:,} messages in {self.seconds:.0f} s ({self.count / self.seconds:,.0f} a second), "
            f"{self.kills} takers killed: {self.lost} lost, {self.again} delivered again; "
            f"the file was {self.most_bytes / 1e6:.1f} MB at most, and is now: {self.verdict}."
        )


def connection(file: Path) -> Connection:
    """Return a connection to the queue, opened as Celery does."""
    options = {"file": str(file), "lease": LEASE, "polling_interval": 0.05}
    return Connection(f"sqlite://{file}", transport="portal.broker.transport:QueueTransport", transport_options=options)


def produce(file: Path, first: int, count: int) -> None:
    """Send ``count`` messages, numbered from ``first``; pause while the queue is very long."""
    with connection(file) as opened:
        queue = opened.SimpleQueue(QUEUE)
        for number in range(first, first + count):
            queue.put({"number": number})
            while number % 1000 == 0 and queue.qsize() > 20_000:
                time.sleep(0.2)


def take(file: Path, notes: Path) -> None:
    """Consume messages until killed: append the number of each to ``notes``, then acknowledge it."""
    descriptor = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(body: dict[str, int], message: object) -> None:
        os.write(descriptor, f"{body['number']}\n".encode())
        message.ack()  # type: ignore[attr-defined]

    with connection(file) as opened, Consumer(opened, [QUEUE], callbacks=[note], prefetch_count=PREFETCH):
        while True:
            try:
                opened.drain_events(timeout=1)
            except TimeoutError:
                continue


def soak(folder: Path, count: int) -> Figures:
    """Send ``count`` messages through a queue in ``folder``; return the results."""
    file, began = folder / "queue.sqlite3", time.monotonic()
    share, rest = divmod(count, PRODUCERS)
    shares = [(number * share, share + rest * (number == PRODUCERS - 1)) for number in range(PRODUCERS)]
    producers = [_start("produce", file, first, size) for first, size in shares]
    takers = [_start("take", file, folder / f"notes-{number}") for number in range(TAKERS)]
    store, kills, most_bytes = QueueStore(file), 0, 0
    try:
        while any(producer.poll() is None for producer in producers) or store.size(QUEUE.name, held=True):
            time.sleep(random.uniform(*SECONDS_BETWEEN_KILLS))
            number = random.randrange(TAKERS)
            if any(process.poll() for process in (*producers, *takers)):
                raise RuntimeError("A producer or taker ended by itself.")
            takers[number].kill()
            takers[number].wait()
            takers[number] = _start("take", file, folder / f"notes-{number}")
            kills += 1
            most_bytes = max(most_bytes, sum(path.stat().st_size for path in folder.glob("queue.sqlite3*")))
    finally:
        for process in (*producers, *takers):
            process.kill()
            process.wait()
    store.close()
    noted = [int(line) for path in folder.glob("notes-*") for line in path.read_text().splitlines()]
    lost = count - len(set(noted))
    again = len(noted) - len(set(noted))
    return Figures(count, lost, again, kills, time.monotonic() - began, most_bytes, _verdict(file))


def _start(*words: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "benchmarks.soak_queue", *map(str, words)])


def _verdict(file: Path) -> str:
    with sqlite3.connect(file) as database:
        return str(database.execute("PRAGMA integrity_check").fetchone()[0])


def main(words: list[str]) -> int:
    """Run the soak test, or one of its processes; return the exit status."""
    match words:
        case ["produce", file, first, count]:
            produce(Path(file), int(first), int(count))
        case ["take", file, notes]:
            take(Path(file), Path(notes))
        case _:
            with tempfile.TemporaryDirectory(prefix="soak-queue-") as folder:
                figures = soak(Path(folder), int(words[0]) if words else 1_000_000)
            print(f"{machine()}\n{figures}")
            return 0 if figures.is_sound else 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
