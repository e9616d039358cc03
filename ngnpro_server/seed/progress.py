"""A line on the terminal that says how far a long work is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TextIO

Progress = Callable[[int], None]


def progress_line(total: int, what: str, output: TextIO = sys.stderr) -> Progress:
    """Return a function that prints how many of ``total`` are done; it prints nothing when stderr is not a terminal."""
    if not output.isatty():
        return lambda done: None

    def tell(done: int) -> None:
        end = "\n" if done >= total else ""
        print(f"\rMaking {what}: {done:,} of {total:,} ({done * 100 // total} %)", end=end, file=output, flush=True)

    return tell
