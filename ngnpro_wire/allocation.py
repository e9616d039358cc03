"""The C library's memory for the threads of a process."""

from __future__ import annotations

import contextlib
import ctypes

# M_ARENA_MAX of mallopt(3)
_ARENA_MAX = -8


def share_one_arena() -> None:
    """Let all threads of this process, and of those forked from it, share one pool of free memory.

    By default, glibc gives each thread its own, in which the memory of finished requests waits for the same thread;
    Python's threads take turns anyway. Other C libraries have no such setting, and are left as they are.
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
