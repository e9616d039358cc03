"""Clients that send requests continuously while a program is reloaded or restarted, and count the failures."""

from __future__ import annotations

import contextlib
import http.client
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from .processes import PATIENCE, Program, running

HOST = "127.0.0.1"
HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.argv[2], sys.argv[2:])
"""


class Steady:
    """Counts the outcomes of requests by several clients at once."""

    def __init__(self, ask: Callable[[http.client.HTTPConnection], int], port: int, clients: int = 4) -> None:
        self.outcomes: Counter[str] = Counter()
        self._ask = ask
        self._port = port
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(clients)]

    def _run(self) -> None:
        while not self._ended.is_set():
            with contextlib.closing(http.client.HTTPConnection(HOST, self._port, timeout=PATIENCE)) as connection:
                try:
                    self.outcomes[str(self._ask(connection))] += 1
                except (OSError, http.client.HTTPException) as error:
                    self.outcomes[repr(error)] += 1

    def __enter__(self) -> Steady:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()


@contextlib.contextmanager
def held_socket() -> Iterator[socket.socket]:
    """Open a listening socket, as systemd does for a service with a socket unit."""
    with socket.create_server((HOST, 0), backlog=512) as listener:
        yield listener


@contextlib.contextmanager
def activated(
    listener: socket.socket, command: Sequence[str], environment: Mapping[str, str], output: Path
) -> Iterator[Program]:
    """Start a program as systemd does for a socket unit: file descriptor 3 is the socket."""
    handed = [sys.executable, "-c", HAND_OVER, str(listener.fileno()), *command]
    with running(handed, environment, output, keep=(listener.fileno(),)) as program:
        yield program
