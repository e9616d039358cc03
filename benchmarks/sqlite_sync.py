"""`make bench-sync`: the time of SQLite commits on this disk, with and without safety against power failures."""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.machine import machine

COMMITS = 500


def milliseconds(folder: Path, level: str) -> list[float]:
    """Return the times of commits of one small row each, in milliseconds."""
    connection = sqlite3.connect(folder / f"{level}.sqlite3", isolation_level=None)
    for pragma in ("journal_mode=WAL", f"synchronous={level}"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE account (id INTEGER PRIMARY KEY, record TEXT)")
    times = []
    for _ in range(COMMITS):
        began = time.perf_counter()
        connection.execute("INSERT INTO account (record) VALUES (?)", ("x" * 500,))
        times.append((time.perf_counter() - began) * 1000)
    connection.close()
    return times


def main(folder: str | None) -> None:
    """Print the median and the 95th percentile for both levels; ``folder`` is on the disk to measure."""
    print(machine())
    with tempfile.TemporaryDirectory(dir=folder) as made:
        for level in ("NORMAL", "FULL"):
            times = milliseconds(Path(made), level)
            middle, slow = statistics.median(times), statistics.quantiles(times, n=20)[-1]
            print(f"synchronous={level:<6}: {middle:.2f} ms a commit, one in twenty takes {slow:.2f} ms or longer")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
