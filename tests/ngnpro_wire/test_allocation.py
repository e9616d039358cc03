"""All threads of a process share one pool of free memory, and garbage is collected rarely."""

from __future__ import annotations

import subprocess
import sys

import pytest

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


WORKER = """
import gc, sys
import portal.celery
from celery import signals

before = gc.get_threshold()[0], gc.get_freeze_count()
getattr(signals, sys.argv[1]).send(None)
print(*before, gc.get_threshold()[0], gc.get_freeze_count())
"""


@pytest.mark.parametrize("signal", ["worker_ready", "worker_process_init"])
def test_a_celery_worker_collects_garbage_rarely_and_leaves_out_what_it_has_loaded(signal: str) -> None:
    command = [sys.executable, "-c", WORKER, signal]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    before, none, after, frozen = map(int, printed.split())
    assert (none, before < 1000, after) == (0, True, 20_000)
    assert frozen > 10_000
