"""Checks of the SQLite database of the portal or the server at start.

SQLite reads a damaged write-ahead log up to the damage and silently drops the rest: committed transactions are
lost, and `quick_check` does not detect it. Therefore the log is checked before SQLite opens it, and then emptied
(https://www.sqlite.org/fileformat2.html, "The Write-Ahead Log").
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
    """The database is damaged; the text says what is wrong and what to do."""


def require_whole(file: Path) -> None:
    """Raise ``Damaged`` if the database in ``file`` or its log is damaged, else write the log into the file.

    A missing or empty file is a database that is still to be created. Another process may have the file open.
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
    """Write the log into the database and empty it, as far as other processes allow, so that little depends on it."""
    if file.exists():
        _run(file, "PRAGMA wal_checkpoint(TRUNCATE)")


def lost_transactions(log: Path) -> str:
    """Return a text with the number of committed transactions that SQLite would drop because of damage before them.

    It is empty if no transaction is lost. The end of a log may be incomplete or left over from an older log: only a
    frame that commits a transaction of the current log counts.
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
                continue  # an incomplete end looks the same; only the frames that follow show damage
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
