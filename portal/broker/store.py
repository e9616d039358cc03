"""The messages of the embedded queue, in an SQLite file that any number of processes of one machine share.

A claimed message stays in the file, held by its consumer for ``LEASE`` seconds. The consumer extends this lease while
it runs, and deletes the message when the work is done. If the consumer is killed, the lease expires and the message is
delivered again: delivery is at least once. kombu's own transports for files and for SQLAlchemy do not do this: before
the work begins, the first deletes a message and the second hides it permanently. The first also fails on an empty file.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

LEASE = 30.0
DAMAGED = ".damaged"
_LONGEST_LOG = 16 * 1024 * 1024
_TABLES = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    tag TEXT NOT NULL UNIQUE,
    payload TEXT NOT NULL,
    digest TEXT NOT NULL,
    put_at REAL NOT NULL,
    held_by TEXT,
    held_until REAL
);
CREATE INDEX IF NOT EXISTS message_waiting ON message (queue, id) WHERE held_by IS NULL;
CREATE INDEX IF NOT EXISTS message_held ON message (held_until) WHERE held_by IS NOT NULL;
"""
# The statements are fixed and correct: if SQLite rejects one, the file has another schema.
_DAMAGES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
_NEXT = "SELECT id, tag, payload, digest FROM message WHERE queue = ? AND held_by IS NULL ORDER BY id LIMIT 1"
# A time too far in the future was written before the clock was set back.
_FREE_LOST = """
UPDATE message SET held_by = NULL, held_until = NULL
WHERE held_by IS NOT NULL AND NOT coalesce(held_until BETWEEN ? AND ?, 0)
"""


class QueueStore:
    """The access of one consumer to the file at ``path``; its threads may share it.

    Every method raises ``sqlite3.Error`` or ``OSError`` if the file cannot be read or written. A missing file or folder
    is created. A file that SQLite finds damaged is logged, renamed, and replaced by a new one.
    """

    def __init__(self, path: Path, lease: float = LEASE) -> None:
        self._path = path
        self._lease = lease
        self._name = uuid.uuid4().hex
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, int, int] | None = None  # process, device and inode
        self._tend_at = 0.0

    def put(self, queue: str, message: dict[str, Any]) -> None:
        """Append a message to a queue; it is stored when this returns."""
        payload, tag = json.dumps(message), uuid.uuid4().hex
        row = (queue, tag, payload, _digest(tag, payload), time.time())
        with self._database() as database:
            database.execute("INSERT INTO message (queue, tag, payload, digest, put_at) VALUES (?, ?, ?, ?, ?)", row)

    def take(self, queue: str) -> tuple[str, dict[str, Any]] | None:
        """Claim the first free message; return its tag, for ``done`` and ``give_back``, and the message.

        A damaged row is logged and moved to the queue whose name ends with ``DAMAGED``.
        """
        self.tend()
        with self._database() as database:
            # The queue is usually empty, and finding that out needs no lock.
            while database.execute(_NEXT, (queue,)).fetchone():
                with _writing(database):
                    row = database.execute(_NEXT, (queue,)).fetchone()
                    if row and _is_whole(row):
                        self._hold(database, row[0])
                        return row[1], json.loads(row[2])
                    if row:
                        _set_row_aside(database, row[0], queue)
        return None

    def done(self, tag: str) -> None:
        """Delete a message that was processed."""
        with self._database() as database:
            database.execute("DELETE FROM message WHERE tag = ?", (tag,))

    def give_back(self, tag: str) -> None:
        """Release a message at its original position in the queue."""
        with self._database() as database:
            database.execute("UPDATE message SET held_by = NULL, held_until = NULL WHERE tag = ?", (tag,))

    def size(self, queue: str, *, held: bool = False) -> int:
        """Return the number of free messages in a queue, or with ``held`` of all."""
        query = "SELECT count(*) FROM message WHERE queue = ? AND (held_by IS NULL OR ?)"
        with self._database() as database:
            return int(database.execute(query, (queue, held)).fetchone()[0])

    def purge(self, queue: str) -> int:
        """Delete the free messages of a queue; return how many there were."""
        with self._database() as database:
            return database.execute("DELETE FROM message WHERE queue = ? AND held_by IS NULL", (queue,)).rowcount

    def oldest(self, queue: str) -> float | None:
        """Return how long the first free message of a queue has waited, in seconds; ``None`` if the queue is empty."""
        query = "SELECT CAST(put_at AS REAL) FROM message WHERE queue = ? AND held_by IS NULL ORDER BY id LIMIT 1"
        with self._database() as database:
            row = database.execute(query, (queue,)).fetchone()
        return max(0.0, time.time() - row[0]) if row else None

    def tend(self) -> None:
        """Extend the leases of this consumer, and release messages of lost ones; cheap enough to call often."""
        if time.monotonic() < self._tend_at:
            return
        now = time.time()
        with self._database() as database, _writing(database):
            database.execute("UPDATE message SET held_until = ? WHERE held_by = ?", (now + self._lease, self._name))
            database.execute(_FREE_LOST, (now, now + 2 * self._lease))
        self._shorten_log()
        self._tend_at = time.monotonic() + self._lease / 5

    def close(self) -> None:
        """Close the file; the next call of any method opens it again."""
        with self._lock:
            if self._connection is not None and self._opened is not None and self._opened[0] == os.getpid():
                self._connection.close()
            self._connection = None

    def _shorten_log(self) -> None:
        """Truncate a long write-ahead log: SQLite does not do so itself while there are always readers."""
        log_file = Path(f"{self._path}-wal")
        if log_file.exists() and log_file.stat().st_size > _LONGEST_LOG:
            with self._database() as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _hold(self, database: sqlite3.Connection, row: int) -> None:
        values = (self._name, time.time() + self._lease, row)
        database.execute("UPDATE message SET held_by = ?, held_until = ? WHERE id = ?", values)

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._current()
            except UnicodeDecodeError as error:  # sqlite3 cannot decode its own error message
                self.close()
                self._set_aside(error)
                raise sqlite3.DatabaseError("The queue's file is damaged.") from error
            except sqlite3.DatabaseError as error:
                self.close()
                if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGES:
                    self._set_aside(error)
                raise

    def _current(self) -> sqlite3.Connection:
        """Return the connection; open a new one after a fork, or if the file was replaced."""
        if self._connection is not None and self._identity() == self._opened:
            return self._connection
        if self._connection is not None and self._opened and self._opened[0] == os.getpid():
            log.warning("The queue's file %s was removed or replaced; it is opened anew.", self._path)
        self.close()
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone_in(self._path.parent):
            self._connection = self._open()
        return self._connection

    def _open(self) -> sqlite3.Connection:
        if self._path.exists() and not self._path.stat().st_size:
            # The file was emptied. Processes that have it open continue with cached pages, and hold a lock on it.
            for file in self._files():
                file.unlink()
        self._path.touch(mode=0o600)
        connection = sqlite3.connect(self._path, timeout=10, isolation_level=None, check_same_thread=False)
        self._connection, self._opened = connection, self._identity()
        # a damaged text is a damaged row, not an error of the connection
        connection.text_factory = lambda raw: raw.decode(errors="replace")
        # After a power failure the last messages may be missing; a killed process loses none. That is enough, because
        # what messages refer to is in the portal's database, where a sweep finds it.
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "journal_size_limit=4194304"):
            connection.execute(f"PRAGMA {pragma}")
        connection.executescript(_TABLES)
        self._opened = self._identity()
        return connection

    def _files(self) -> list[Path]:
        """Return the existing files of the database, the database itself last."""
        files = [Path(f"{self._path}{suffix}") for suffix in ("-shm", "-wal", "")]
        return [file for file in files if file.exists()]

    def _identity(self) -> tuple[int, int, int] | None:
        try:
            facts = self._path.stat()
        except FileNotFoundError:
            return None
        return (os.getpid(), facts.st_dev, facts.st_ino) if facts.st_size else None

    def _set_aside(self, error: Exception) -> None:
        """Rename a damaged file, unless another process has already done so."""
        kept = f"{self._path.name}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
        with _alone_in(self._path.parent):
            if self._identity() != self._opened:
                return
            for file in self._files():
                file.rename(file.with_name(file.name.replace(self._path.name, kept)))
        log.error(
            "The queue's file is damaged (%s). It was renamed to %s and a new one is made. Mails are not lost: they "
            "are in the portal's database, and the worker finds them there.",
            *(error, kept),
        )


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Lock a folder, so that other processes do not open or move its files."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _writing(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _digest(tag: str, payload: str) -> str:
    return hashlib.sha256(f"{tag} {payload}".encode()).hexdigest()


def _is_whole(row: tuple[int, str, str, str]) -> bool:
    return _digest(row[1], row[2]) == row[3]


def _set_row_aside(database: sqlite3.Connection, row: int, queue: str) -> None:
    database.execute("UPDATE message SET queue = queue || ? WHERE id = ?", (DAMAGED, row))
    following = database.execute(_NEXT, (queue,)).fetchone()
    if following and following[0] == row:
        error = sqlite3.DatabaseError("the index names a row that is not there")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error
    log.error("Message %s of the queue %s is damaged and was set aside.", row, queue)
