"""Disks that fill up and clocks that jump, for `make prove`; each is left out where it cannot be made."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

DISK_MB = 900
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a small disk at a folder; yield whether that was possible, as it takes the rights of root."""
    options = ("-o", f"size={DISK_MB}m,mode=755")
    mounted = (
        os.getuid() == 0 and not subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", str(folder)]).returncode
    )
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill_disk(folder: Path, seconds: float) -> None:
    """Let a disk be full for some seconds."""
    file = folder / "fills-the-disk"
    with suppress(OSError), file.open("wb", buffering=0) as filling:
        while filling.write(bytes(1024 * 1024)):
            pass
    time.sleep(seconds)
    file.unlink()


class Clock:
    """A clock for the programs of a house, which can be wrong by some seconds."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.can_jump = FAKETIME.exists()
        self.set(0)

    @property
    def settings(self) -> dict[str, str]:
        """Return the environment of programs that use it."""
        if not self.can_jump:
            return {}
        return {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def set(self, seconds: int) -> None:
        """Let the clock be wrong by some seconds; 0 for right."""
        later = self._file.with_suffix(".new")
        later.write_text(f"{seconds:+d}\n")
        later.rename(self._file)
