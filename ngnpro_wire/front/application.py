"""The gunicorn application that runs a WSGI application in worker processes; SIGHUP replaces them without downtime."""

from __future__ import annotations

import mmap
import resource
import time
from collections.abc import Callable, Mapping
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]
from gunicorn.errors import HaltServer  # type: ignore[import-untyped]

from ngnpro_wire.allocation import collect_rarely, share_one_arena

from .channel import Strangers
from .worker import Worker

# seconds to wait for new worker processes to load the application; after that the old ones are ended in any case
_LONGEST_START = 60
_OPEN_FILES = 8192


class Front(BaseApplication):  # type: ignore[misc]
    """A gunicorn application.

    ``load`` creates the WSGI application in each worker process. ``largest_body``: maximum size of a request's body in
    bytes; a longer one is answered with status 413 without being read. ``settings``: gunicorn's settings.
    ``strangers``: a lower maximum for requests without a session. ``drain_seconds``: how long, after SIGTERM, requests
    are still accepted while the paths of ``worker.CHECKS`` answer 503, so that a balancer sends no more of them.
    """

    def __init__(
        self,
        load: Callable[[], Any],
        largest_body: int,
        settings: Mapping[str, Any],
        strangers: Strangers | None = None,
        drain_seconds: float = 0,
    ) -> None:
        self.drain_seconds = drain_seconds
        # one byte that the worker processes share with the main process: whether it is about to stop
        self._draining = mmap.mmap(-1, 1)
        self._make = load
        self._settings = settings
        self.largest_body = largest_body
        self.strangers = strangers
        super().__init__()

    @property
    def draining(self) -> bool:
        """Return whether the program is about to stop."""
        return self._draining[0] != 0

    def drain(self) -> None:
        """Announce in all processes that the program is about to stop, and wait until balancers have noticed."""
        self._draining[0] = 1
        time.sleep(self.drain_seconds)

    def load_config(self) -> None:
        """Apply the settings; gunicorn calls this at the start and at each reload."""
        self.cfg.set("worker_class", Worker)
        self.cfg.set("control_socket_disable", True)
        self.cfg.set("keepalive", 30)
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Create the application, and keep what it has loaded out of each garbage collection."""
        application = self._make()
        collect_rarely()
        return application

    def run(self) -> None:
        """Answer requests until SIGTERM, after which running requests finish; SIGHUP replaces the worker processes."""
        _allow_open_files()
        share_one_arena()
        _PatientArbiter(self).run()


class _PatientArbiter(Arbiter):  # type: ignore[misc]
    """An arbiter that ends old worker processes only when new ones answer, and keeps them if these cannot start."""

    def stop(self, graceful: bool = True) -> None:
        if graceful and self.app.drain_seconds and self.WORKERS:
            self.app.drain()
        super().stop(graceful)

    def manage_workers(self) -> None:
        if len(self.WORKERS) > self.num_workers:
            self._wait_for_new_workers()
        super().manage_workers()

    def reap_workers(self) -> None:
        """Remove ended worker processes; if one could not start, end the program only if no other process answers."""
        try:
            super().reap_workers()
        except HaltServer as failure:
            if not any(_answers(worker) for worker in self.WORKERS.values()):
                raise
            self.log.error("%s The other worker processes go on with what they have loaded.", failure.reason)

    def _wait_for_new_workers(self) -> None:
        end = time.monotonic() + _LONGEST_START
        while time.monotonic() < end:
            self.reap_workers()
            newest = sorted(self.WORKERS.values(), key=lambda worker: worker.age)[-self.num_workers :]
            if all(_answers(worker) for worker in newest):
                return
            time.sleep(0.05)


def _answers(worker: Worker) -> bool:
    """Return whether a worker process has begun to answer.

    Until then the time of its file is that of the wall clock, which is later than the monotonic clock.
    """
    return bool(worker.tmp.last_update() <= time.monotonic())


def _allow_open_files() -> None:
    """Raise the limit of open files, which is usually 1024, so that a process can have more connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < _OPEN_FILES:
        wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
