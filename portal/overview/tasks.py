"""The Celery task of the overview: it measures how long the NGNPro servers take to answer."""

from __future__ import annotations

import time
from datetime import timedelta

from django.utils import timezone

from portal.celery import app
from portal.core import servers
from portal.ngnpro import Ngnpro, Query, Range, errors

from .models import AnswerTime

KEPT = timedelta(hours=2)
PATIENCE_SECONDS = 10.0


@app.task
def measure_answer_times() -> int:
    """Measure one call to each NGNPro server, store the times, and delete old ones; returns the number of servers."""
    minute = timezone.now().replace(second=0, microsecond=0)
    names = list(servers.engines().engines)
    for name in names:
        AnswerTime.objects.update_or_create(engine=name, minute=minute, defaults={"milliseconds": answer_time(name)})
    AnswerTime.objects.filter(minute__lt=minute - KEPT).delete()
    return len(names)


def answer_time(name: str) -> int | None:
    """Return the milliseconds that a server takes to answer or refuse a call; ``None`` without a usable answer."""
    ngnpro = Ngnpro(servers.engine(name), read_timeout=PATIENCE_SECONDS)
    started = time.perf_counter()
    try:
        ngnpro.sip.get_domains(Query(range=Range(0, 1)))
    except errors.Outage:
        return None
    except errors.Refusal:
        pass
    return round((time.perf_counter() - started) * 1000)
