"""Archives of deleted rows: one JSON object a line, in a compressed file for each month, readable with zcat."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path


def append_to_archive(folder: Path, name: str, now: datetime, lines: Iterable[str]) -> Path:
    """Append lines to the file of this month, such as ``journal-2026-11.jsonl.gz``, and return it.

    The lines are on disk when this returns, as a gzip member of their own (RFC 1952 2.2): whoever deletes the rows
    afterwards and is killed in between leaves one batch in the file twice, and loses none. Only this user may read the
    file. Raises ``OSError`` if it cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"{name}-{now:%Y-%m}.jsonl.gz"
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "ab") as opened:
        opened.write(gzip.compress("".join(f"{line}\n" for line in lines).encode()))
        opened.flush()
        os.fsync(opened.fileno())
    return file
