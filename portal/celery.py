"""The Celery application, for mail, periodic tasks and work that takes too long for a page."""

import os
from typing import Any

from celery import Celery, Task
from celery.signals import celeryd_init, worker_init, worker_process_init, worker_ready
from kombu.transport import TRANSPORT_ALIASES

from ngnpro_wire.allocation import collect_rarely, share_one_arena
from ngnpro_wire.request_ids import answering
from ngnpro_wire.spans import span, start_tracing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
# Django's checks would load all pages into the worker, an eighth of its memory; `make test` makes the checks
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

# kombu derives TLS from the name, so that a class by its path would be connected to without it
TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), "portal.broker.redis_transport:RedisTransport"))


class TracedTask(Task):  # type: ignore[misc]  # Celery has no types
    """A task whose log lines, NGNPro calls and journal entries carry its id (``ngnpro_wire.request_ids``)."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task."""
        with answering(str(self.request.id or "")), span(self.name, "consumer"):
            return super().__call__(*args, **kwargs)


@worker_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
def _start_tracing(**_signal: Any) -> None:
    start_tracing("portal-worker")


app = Celery("portal", task_cls=TracedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
def _before_threads(**_facts: Any) -> None:
    share_one_arena()


# A worker with threads is ready once; one with processes initializes each of them.
@worker_ready.connect  # type: ignore[untyped-decorator]  # Celery has no types
@worker_process_init.connect  # type: ignore[untyped-decorator]
def _after_loading(**_facts: Any) -> None:
    collect_rarely()
