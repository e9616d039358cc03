"""Temporary files in memory, so that no test waits for a disk."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

FOLDER = Path("/dev/shm")  # noqa: S108  # where Linux keeps files in memory
# What each process of tests stores at most, twice over: a MariaDB, a PostgreSQL, and the files of its tests.
STORED = 1024**3


def keep_files_in_memory() -> None:
    """Keep temporary files of this process and of those it starts in memory.

    They stay on disk where ``TMPDIR`` says where to keep them, and where there is too little memory for them.
    """
    if "TMPDIR" in os.environ:
        return
    wanted = STORED * (os.cpu_count() or 1)
    if _free_space() >= wanted and _free_memory() >= 2 * wanted:
        os.environ["TMPDIR"] = tempfile.tempdir = str(FOLDER)


def _free_space() -> int:
    """Return how many bytes may be stored; none if programs that a test writes could not be run from there."""
    if not os.access(FOLDER, os.W_OK):
        return 0
    found = os.statvfs(FOLDER)
    return 0 if found.f_flag & os.ST_NOEXEC else found.f_bavail * found.f_frsize


def _free_memory() -> int:
    """Return how many bytes of memory programs can still have."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
