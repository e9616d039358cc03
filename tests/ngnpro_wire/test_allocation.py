"""All threads of a process share one pool of free memory."""

from __future__ import annotations

import subprocess
import sys

# malloc_info(3) writes one element for each arena
PROGRAM = """
import ctypes, sys, threading
from ngnpro_wire.allocation import share_one_arena

if sys.argv[1] == "shared":
    share_one_arena()
library = ctypes.CDLL(None)
library.malloc.restype = library.fdopen.restype = ctypes.c_void_p
library.malloc.argtypes = [ctypes.c_size_t]
started = threading.Barrier(4)

def work():
    started.wait()
    assert library.malloc(5000)
    started.wait()

threads = [threading.Thread(target=work) for _number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
output = ctypes.c_void_p(library.fdopen(1, b"w"))
library.malloc_info(0, output)
library.fflush(output)
"""


def arenas(of: str) -> int:
    """Return how many arenas a process with four threads has."""
    command = [sys.executable, "-c", PROGRAM, of]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.count("<heap nr=")


def test_threads_share_one_arena_which_they_do_not_by_default() -> None:
    assert arenas("shared") == 1 < arenas("default")
