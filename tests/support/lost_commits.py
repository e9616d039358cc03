"""A proxy in front of a database server that breaks connections while a COMMIT waits for its answer."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from .database_servers import DatabaseServer


@dataclass
class CommitProxy:
    """Forwards all traffic; after ``watch``, it breaks the connection of the next COMMIT that changes something.

    ``delivers`` is whether that COMMIT reaches the server; ``word`` replaces COMMIT as the bytes to break at.
    """

    url: str
    delivers: bool = True
    word: bytes = b"COMMIT"
    has_cut: bool = False
    threads: list[threading.Thread] = field(default_factory=list)
    _is_watching: bool = False

    def watch(self) -> None:
        """Start watching: break the connection of the next change."""
        self._is_watching = True

    def cuts(self, data: bytes, *, writes: bool) -> bool:
        """Return whether to break the connection at these bytes; ``writes``: whether the client has written before."""
        if not (self._is_watching and writes and self.word in data):
            return False
        self._is_watching, self.has_cut = False, True
        return True


@contextlib.contextmanager
def commit_proxy(server: DatabaseServer, url: str) -> Iterator[CommitProxy]:
    """Run the proxy in front of ``server``; ``url`` is that of one of the server's databases."""
    is_postgresql = server.kind == "postgresql"
    with tempfile.TemporaryDirectory(prefix="ngnpro-cut-") as name, socket.socket(socket.AF_UNIX) as listener:
        own = Path(name) / (".s.PGSQL.5432" if is_postgresql else "socket")
        listener.bind(str(own))
        listener.listen()
        query = {"host": name} if is_postgresql else {"unix_socket": str(own)}
        proxy = CommitProxy(make_url(url).update_query_dict(query).render_as_string(hide_password=False))
        target = server.folder / own.name
        _start(proxy, _accept, listener, target, proxy)
        yield proxy
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        for thread in proxy.threads:
            thread.join()


def _accept(listener: socket.socket, target: Path, proxy: CommitProxy) -> None:
    with contextlib.suppress(OSError):
        while True:
            client, _address = listener.accept()
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(target))
            _start(proxy, _pass_calls, client, server, proxy)
            _start(proxy, _pass_answers, server, client)


def _start(proxy: CommitProxy, work: Callable[..., None], *arguments: Any) -> None:
    thread = threading.Thread(target=work, args=arguments, daemon=True)
    proxy.threads.append(thread)
    thread.start()


def _pass_calls(client: socket.socket, server: socket.socket, proxy: CommitProxy) -> None:
    writes = False
    with contextlib.suppress(OSError):
        while data := client.recv(65536):
            writes = (writes or b"INSERT" in data or b"UPDATE" in data) and b"ROLLBACK" not in data
            if proxy.cuts(data, writes=writes):
                client.shutdown(socket.SHUT_RDWR)
                if proxy.delivers:
                    server.sendall(data)
                break
            server.sendall(data)
        server.shutdown(socket.SHUT_WR)
    client.close()


def _pass_answers(server: socket.socket, client: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := server.recv(65536):
            with contextlib.suppress(OSError):
                client.sendall(data)
    # wakes the thread that waits for the client; it then closes the client's socket
    with contextlib.suppress(OSError):
        client.shutdown(socket.SHUT_RDWR)
    server.close()
