"""A disk that fills up, for `make prove`; it is left out where no disk can be mounted."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

DISK_MB = 900


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
