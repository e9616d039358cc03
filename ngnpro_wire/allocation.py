"""The memory of a process: the C library's pools, and Python's garbage collections."""

from __future__ import annotations

import contextlib
import ctypes
import gc

# M_ARENA_MAX of mallopt(3)
_ARENA_MAX = -8
# objects between two garbage collections; a list of a hundred accounts has about four thousand
_ALLOCATIONS = 20_000


def share_one_arena() -> None:
    """Let all threads of this process, and of those forked from it, share one pool of free memory.

    By default, glibc gives each thread its own, in which the memory of finished requests waits for the same thread;
    Python's threads take turns anyway. Other C libraries have no such setting, and are left as they are.
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def collect_rarely() -> None:
    """Keep what this process has loaded out of each garbage collection, and make fewer of them."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, 20, 20)
