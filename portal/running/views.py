"""The checks behind `/ready`, whether the portal can work; `/health/`, which only shows that it answers; `/demo/`."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.connection import Connection
from kombu.exceptions import KombuError

from portal.broker.store import QueueStore
from portal.celery import app
from portal.mail.outbox.models import OutboxMessage
from portal.running.demo import offers_demo, read_logins
from portal.running.design import DesignPage
from portal.running.metrics import metrics

__all__ = ["DesignPage", "demo", "health", "metrics", "ready"]

KEEP_SECONDS = 3.0


class Memory:
    """The last result, which is reused for three seconds so that frequent requests cause no further writes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: list[str] = []
        self._until = 0.0

    def problems(self) -> list[str]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._found = list(readiness_problems())
                self._until = time.monotonic() + KEEP_SECONDS
            return self._found

    def forget(self) -> None:
        """Check again at the next request."""
        with self._lock:
            self._until = 0.0


memory = Memory()


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Return 200 if the portal can work, else 503 with a sentence for each reason."""
    found = memory.problems()
    text = "\n".join(found or [_("The portal is ready.")])
    return HttpResponse(f"{text}\n", content_type="text/plain; charset=utf-8", status=503 if found else 200)


def readiness_problems() -> Iterator[str]:
    """Check the database, the disk and the queue, and yield a sentence for each problem."""
    yield from _database()
    yield from _disk()
    yield from _broker()


def _database() -> Iterator[str]:
    try:
        # A real write that changes nothing: the row of a migration is written again with the same values.
        first = MigrationRecorder.Migration.objects.order_by("pk").values("pk")[:1]
        MigrationRecorder.Migration.objects.filter(pk__in=list(first.values_list("pk", flat=True))).update(
            name=F("name")
        )
        yield from _outbox()
    except DatabaseError:
        yield _("The portal's database cannot be written to: see the portal's log, the disk and the database server.")


def _outbox() -> Iterator[str]:
    """Check for mails that no worker has claimed in time, except those that were tried before or have to wait."""
    longest = timedelta(seconds=settings.QUEUE_SECONDS)
    since = timezone.now() - longest
    unclaimed = Q(due_at__lt=since) | Q(created_at__lt=since, attempts=0, error="")
    waiting = OutboxMessage.objects.filter(unclaimed, state=OutboxMessage.State.QUEUED)
    if oldest := waiting.order_by("created_at").values_list("created_at", flat=True).first():
        seconds = int((timezone.now() - oldest).total_seconds())
        yield _("A mail has waited for a worker for %(seconds)s seconds: see whether the worker runs.") % {
            "seconds": seconds
        }


def _disk() -> Iterator[str]:
    free = shutil.disk_usage(settings.VAR).free // 1_000_000
    if free < settings.LEAST_FREE_MB:
        words = _("The disk has %(free)s MB left where the portal keeps its files; it should have %(least)s MB.")
        yield words % {"free": free, "least": int(settings.LEAST_FREE_MB)}


def _broker() -> Iterator[str]:
    try:
        if settings.REDIS_URL:
            options = {"socket_connect_timeout": 3, "socket_timeout": 3}
            with Connection(settings.REDIS_URL, transport_options=options) as connection:
                connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
        else:
            yield from _queue()
    except (KombuError, sqlite3.Error, OSError):
        yield _("The queue cannot be reached: see Redis, or the file queue.sqlite3. Mails wait until it can.")


def _queue() -> Iterator[str]:
    store = QueueStore(settings.QUEUE_FILE)
    store.tend()  # takes the lock that writing needs
    waited = store.oldest(app.conf.task_default_queue) or 0
    store.close()
    if waited > settings.QUEUE_SECONDS:
        words = _("A message has waited in the queue for %(seconds)s seconds: see whether the worker runs.")
        yield words % {"seconds": int(waited)}


def health(request: HttpRequest) -> HttpResponse:
    """Answer, which shows that the process runs."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def demo(request: HttpRequest) -> HttpResponse:
    """Show a login for each role, with a button that signs in with it; 404 elsewhere than on this machine."""
    if not offers_demo(request):
        raise Http404
    return render(request, "running/demo.html", {"logins": list(read_logins())})
