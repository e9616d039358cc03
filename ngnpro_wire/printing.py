"""Output of commands that someone may stop reading, as in ``manage.py jobs | head``."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# What a shell reports of a command that the signal for a closed pipe has ended.
UNREAD = 128 + signal.SIGPIPE


@contextmanager
def quiet_when_unread() -> Iterator[None]:
    """End the process with status 141, and without a traceback, once no one reads its output any more.

    The signal itself stays ignored, because it would also end the process when a network connection breaks.
    """
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # What is left in the buffers would be written, and fail again, when the interpreter ends.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
        sys.exit(UNREAD)
