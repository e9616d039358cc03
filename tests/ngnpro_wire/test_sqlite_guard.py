"""Tests of ngnpro_wire/sqlite_guard.py, with real SQLite files that are damaged by hand."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from ngnpro_wire.sqlite_guard import Damaged, checkpoint, lost_transactions, require_whole

FRAME = 24 + 4096
# Fifteen transactions that are only in the write-ahead log, written by a process that is then killed.
FILL = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode=WAL")
connection.execute("PRAGMA wal_autocheckpoint=0")
connection.execute("CREATE TABLE account (name TEXT)")
connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
for number in range(15):
    connection.execute("INSERT INTO account VALUES (?)", (f"account {number}",))
{end}
os.kill(os.getpid(), 9)
"""
ROLLS_BACK = """
connection.execute("PRAGMA cache_size=5")
connection.execute("BEGIN")
connection.executemany("INSERT INTO account VALUES (?)", [("x" * 3000,)] * 200)
connection.execute("ROLLBACK")
connection.execute("INSERT INTO account VALUES ('after')")
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return filled(tmp_path / "records.sqlite3")


def filled(file: Path, end: str = "") -> Path:
    subprocess.run([sys.executable, "-c", FILL.replace("{end}", end), str(file)], check=False)
    assert log_of(file).stat().st_size >= 15 * FRAME
    return file


def log_of(file: Path) -> Path:
    return Path(f"{file}-wal")


def damage(file: Path, at: int, what: bytes = b"\xff\x00\xff") -> None:
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(what)


def names(file: Path) -> int:
    connection = sqlite3.connect(file)
    count = connection.execute("SELECT count(*) FROM account").fetchone()[0]
    connection.close()
    return int(count)


def test_a_whole_file_keeps_all_and_has_an_empty_log(file: Path) -> None:
    require_whole(file)
    assert sum(log.stat().st_size for log in file.parent.glob(log_of(file).name)) == 0
    assert names(file) == 15


def test_damage_that_sqlite_ignores_stops_the_start(file: Path, tmp_path: Path) -> None:
    damage(log_of(file), 32 + 24 + 4000)
    silent = tmp_path / "silent.sqlite3"
    shutil.copy(file, silent)
    shutil.copy(log_of(file), log_of(silent))
    before = log_of(file).read_bytes()
    with pytest.raises(Damaged, match="14 transactions that were stored can no longer be read"):
        require_whole(file)
    assert log_of(file).read_bytes() == before
    # The fault that this guards against: SQLite itself reports no error, and has none of the fifteen transactions.
    assert names(silent) == 0
    assert sqlite3.connect(silent).execute("PRAGMA quick_check").fetchone() == ("ok",)
    # what the error message tells the operator to do
    sqlite3.connect(file).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    require_whole(file)


@pytest.mark.parametrize("at", [0, 16, 30])
def test_a_damaged_header_loses_all(file: Path, at: int) -> None:
    damage(log_of(file), at)
    with pytest.raises(Damaged, match="all transactions"):
        require_whole(file)


@pytest.mark.parametrize("frame", range(14))
def test_damage_to_any_frame_but_the_last_is_found(file: Path, frame: int) -> None:
    damage(log_of(file), 32 + frame * FRAME + 9)
    assert lost_transactions(log_of(file))


@pytest.mark.parametrize("cut", [1, 100, 4096, FRAME - 1])
def test_an_incomplete_end_is_not_damage(file: Path, cut: int) -> None:
    os.truncate(log_of(file), log_of(file).stat().st_size - cut)
    require_whole(file)
    assert names(file) == 14


def test_frames_of_a_rollback_in_the_log_are_not_damage(tmp_path: Path) -> None:
    file = filled(tmp_path / "rolled-back.sqlite3", ROLLS_BACK)
    assert log_of(file).stat().st_size > 60 * FRAME
    require_whole(file)
    assert names(file) == 16


def test_a_log_restarted_over_an_older_one_is_not_damage(tmp_path: Path) -> None:
    again = (
        "connection.execute('PRAGMA wal_checkpoint(RESTART)')\nconnection.execute(\"INSERT INTO account VALUES ('')\")"
    )
    file = filled(tmp_path / "anew.sqlite3", again)
    require_whole(file)
    assert names(file) == 16


def test_a_damaged_page_of_the_database_stops_the_start(file: Path) -> None:
    checkpoint(file)
    damage(file, 4096, b"\xff" * 64)
    with pytest.raises(Damaged, match=r"is damaged .* Put back a backup"):
        require_whole(file)


def test_a_file_that_is_not_a_database_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "records.sqlite3"
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(Damaged, match="file is not a database"):
        require_whole(file)


def test_a_database_that_is_still_to_be_made_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "records.sqlite3"
    require_whole(file)
    file.touch()
    require_whole(file)
    assert not file.stat().st_size
