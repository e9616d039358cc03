"""Checks a database in an SQLite file, of the portal or the server, at start, and empties its log.

SQLite reads a damaged write-ahead log up to the damage and drops the rest silently: transactions that were
committed are lost, and `quick_check` finds nothing wrong with the rest. So the log is checked before SQLite
opens it (https://www.sqlite.org/fileformat2.html, "The Write-Ahead Log").
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from pathlib import Path

WARNING = "SQLite is for trying out, not for production: use PostgreSQL (docs/operations.md says how)."
_HEADER, _FRAME = 32, 24
_MAGIC = {0x377F0682: "<", 0x377F0683: ">"}


class Damaged(Exception):
    """The file cannot be relied upon; the text says what is wrong and what to do."""


def require_whole(file: Path) -> None:
    """Raise ``Damaged`` unless the database in ``file`` and its log are whole, then empty the log into the file.

    A file that is missing or empty is a database still to be made. Another process may have it open.
    """
    if not file.exists() or not file.stat().st_size:
        return
    if lost := lost_transactions(Path(f"{file}-wal")):
        raise Damaged(
            f"The log of the database, {file}-wal, is damaged: {lost} that were stored can no longer be read. "
            f"Nothing was changed. Copy {file} and {file}-wal to a safe place, then put back a backup (remove the "
            f'-wal and -shm files with it), or accept the loss: sqlite3 {file} "PRAGMA wal_checkpoint(TRUNCATE)"'
        )
    try:
        found = _run(file, "PRAGMA quick_check(5)")
        checkpoint(file)
    except sqlite3.OperationalError as error:
        raise Damaged(f"The database {file} cannot be opened: {error}. Nothing was changed.") from None
    except sqlite3.DatabaseError as error:
        found = [str(error)]
    if found != ["ok"]:
        raise Damaged(
            f"The database {file} is damaged ({'; '.join(found)}). Nothing was changed. Put back a backup, or copy the "
            f'file to a safe place and save what can be read: sqlite3 {file} ".recover" | sqlite3 NEW-FILE'
        )


def checkpoint(file: Path) -> None:
    """Empty the log into the database as far as other processes allow, so that little depends on the log."""
    if file.exists():
        _run(file, "PRAGMA wal_checkpoint(TRUNCATE)")


def lost_transactions(log: Path) -> str:
    """Return how many committed transactions of a log SQLite would drop because of damage before them.

    The end of a log may be torn or left over: only a frame that ends a transaction of the current log counts as lost.
    """
    if not log.exists() or log.stat().st_size <= _HEADER:
        return ""
    with log.open("rb") as opened:
        header = opened.read(_HEADER)
        magic, _format, size, _number, _salt, sums = struct.unpack(">III I 8s 8s", header)
        order = _MAGIC.get(magic)
        if order is None or _checksum(order, header[:24], (0, 0)) != struct.unpack(">II", sums):
            return "" if not any(header) else "all transactions"
        lost = sum(1 for _ in _commits_after_damage(iter(lambda: opened.read(_FRAME + size), b""), order, size, header))
    return f"{lost} transactions" if lost > 1 else "1 transaction" if lost else ""


def _commits_after_damage(frames: Iterator[bytes], order: str, size: int, header: bytes) -> Iterator[bytes]:
    sums, whole = struct.unpack(">II", header[24:32]), True
    for frame in frames:
        if len(frame) < _FRAME + size:
            return
        current = frame[8:16] == header[16:24]
        if whole:
            sums = _checksum(order, frame[:8] + frame[_FRAME:], sums)
            whole = current and sums == struct.unpack(">II", frame[16:24])
            if not whole:
                continue  # a torn end looks the same; what follows tells
        if not whole and current and frame[4:8] != b"\0\0\0\0":
            yield frame


def _checksum(order: str, data: bytes, sums: tuple[int, ...]) -> tuple[int, int]:
    first, second = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second


def _run(file: Path, pragma: str) -> list[str]:
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=10)
    try:
        return [str(row[0]) for row in connection.execute(pragma)]
    finally:
        connection.close()
