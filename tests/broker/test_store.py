"""Tests of portal/broker/store.py."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.broker import store as module
from portal.broker.store import QueueStore
from tests.support.clock import Clock
from tests.support.processes import ROOT, wait_until


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "queue.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[QueueStore]:
    store = QueueStore(path)
    yield store
    store.close()


def taken(store: QueueStore, queue: str = "mail") -> dict[str, Any] | None:
    found = store.take(queue)
    return found and found[1]


def edit(path: Path, sql: str, *values: object) -> None:
    with sqlite3.connect(path) as database:
        database.execute(sql, values)
    database.close()


def test_messages_are_delivered_in_order_to_one_consumer_each(store: QueueStore, path: Path) -> None:
    other = QueueStore(path)
    for number in range(4):
        store.put("mail", {"number": number})
    store.put("letters", {"number": 99})
    assert [taken(store), taken(other), taken(store), taken(other)] == [{"number": n} for n in range(4)]
    assert taken(store) is None
    assert taken(other, "letters") == {"number": 99}
    other.close()


def test_a_message_stays_in_the_file_until_its_work_is_done(store: QueueStore, path: Path, clock: Clock) -> None:
    store.put("mail", {"number": 1})
    found = store.take("mail")
    assert found is not None
    assert sqlite3.connect(path).execute("SELECT count(*) FROM message").fetchone() == (1,)
    store.done(found[0])
    assert sqlite3.connect(path).execute("SELECT count(*) FROM message").fetchone() == (0,)


def test_a_returned_message_is_delivered_again_at_its_place(store: QueueStore) -> None:
    store.put("mail", {"number": 1})
    store.put("mail", {"number": 2})
    found = store.take("mail")
    assert found is not None
    store.give_back(found[0])
    assert taken(store) == {"number": 1}


def test_messages_of_a_lost_consumer_are_delivered_again_after_the_lease(
    store: QueueStore, path: Path, clock: Clock
) -> None:
    lost = QueueStore(path)
    store.put("mail", {"number": 1})
    assert taken(lost) == {"number": 1}
    clock.advance(module.LEASE - 1)
    assert taken(store) is None
    clock.advance(module.LEASE / 5 + 1)
    assert taken(store) == {"number": 1}
    lost.close()


def test_a_live_consumer_keeps_its_messages(store: QueueStore, path: Path, clock: Clock) -> None:
    other = QueueStore(path)
    store.put("mail", {"number": 1})
    assert taken(store) == {"number": 1}
    for _ in range(20):
        clock.advance(module.LEASE / 4)
        store.tend()
        assert taken(other) is None
    other.close()


def test_a_clock_that_is_set_back_delays_nothing_for_longer_than_two_leases(
    store: QueueStore, path: Path, clock: Clock
) -> None:
    lost = QueueStore(path)
    store.put("mail", {"number": 1})
    assert taken(lost) == {"number": 1}
    clock.set_back(86400)
    clock.advance(module.LEASE)
    assert taken(store) == {"number": 1}
    lost.close()


def test_it_tells_how_long_the_first_message_has_waited(store: QueueStore, clock: Clock) -> None:
    assert store.oldest("mail") is None
    store.put("mail", {})
    clock.advance(500)
    store.put("mail", {})
    assert store.oldest("mail") == pytest.approx(500, abs=60)
    taken(store)
    assert store.oldest("mail") == pytest.approx(0, abs=60)
    assert store.size("mail") == 1
    assert store.purge("mail") == 1
    assert store.oldest("mail") is None


@pytest.mark.parametrize("damage", ["", "{", "null", "[]", '{"number": 2}', None, b"\x00\xff", 7])
def test_a_damaged_row_is_moved_aside_and_the_next_one_is_taken(
    store: QueueStore, path: Path, damage: object, caplog: pytest.LogCaptureFixture
) -> None:
    store.put("mail", {"number": 1})
    store.put("mail", {"number": 3})
    # a damaged page can hold NULL despite NOT NULL
    edit(path, "UPDATE message SET payload = coalesce(?, x'00') WHERE id = 1", damage)
    with caplog.at_level(logging.ERROR):
        assert taken(store) == {"number": 3}
    assert "is damaged and was set aside" in caplog.text
    assert store.size("mail" + module.DAMAGED) == 1


@pytest.mark.parametrize("kill", ["file", "folder"])
def test_a_file_or_folder_that_was_removed_is_created_again(store: QueueStore, path: Path, kill: str) -> None:
    store.put("mail", {"number": 1})
    shutil.rmtree(path.parent) if kill == "folder" else path.unlink()
    assert taken(store) is None
    store.put("mail", {"number": 2})
    assert taken(QueueStore(path)) == {"number": 2}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(where=st.floats(0, 1), what=st.binary(min_size=1, max_size=3000))
def test_no_damage_to_the_file_keeps_the_queue_from_working(tmp_path: Path, where: float, what: bytes) -> None:
    path = tmp_path / "damaged" / "queue.sqlite3"
    shutil.rmtree(path.parent, ignore_errors=True)
    store = QueueStore(path)
    for number in range(50):
        store.put("mail", {"number": number, "filling": "x" * 200})
    store.close()
    with path.open("r+b") as file:
        file.seek(int(where * path.stat().st_size))
        file.write(what)
    assert serves_again(store)


@pytest.mark.parametrize("content", [b"", b"no database at all, but long enough to be taken for one" * 100])
def test_a_corrupt_queue_file_is_replaced(store: QueueStore, path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert serves_again(store)
    assert list(path.parent.glob("*.damaged-*")) == [] if not content else list(path.parent.glob("*.damaged-*"))


def serves_again(store: QueueStore) -> bool:
    """Return whether a new message is delivered within a few attempts, as Celery makes them."""
    for _ in range(5):
        try:
            store.put("mail", {"number": "new"})
            while message := store.take("mail"):
                store.done(message[0])
                if message[1] == {"number": "new"}:
                    store.close()
                    return True
        except sqlite3.DatabaseError:
            continue
    return False


def test_a_forked_process_opens_the_file_itself(store: QueueStore) -> None:
    store.put("mail", {"number": 1})
    child = os.fork()
    if not child:
        store.put("mail", {"number": 2})
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert [taken(store), taken(store)] == [{"number": 1}, {"number": 2}]


PUTS_FOR_EVER = """
import sys
from pathlib import Path
from portal.broker.store import QueueStore
store = QueueStore(Path(sys.argv[1]))
for number in range(10**9):
    store.put("mail", {"number": number})
    print(number, flush=True)
"""


@pytest.mark.real
def test_messages_survive_a_kill(store: QueueStore, path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PUTS_FOR_EVER, str(path)], cwd=ROOT, stdout=subprocess.PIPE) as writer:
        wait_until(lambda: path.exists() and store.size("mail") > 100, "messages are put")
        writer.send_signal(signal.SIGKILL)
        assert writer.stdout is not None
        told = len(writer.stdout.read().splitlines())
    assert store.size("mail") in (told, told + 1)
    assert taken(store) == {"number": 0}
