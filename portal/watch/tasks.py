"""The Celery tasks of the watch room."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.celery import app

from . import telling


@app.task
def tell_of_alarms() -> int:
    """Queue the mails about new alarms of all NGNPro servers that raise any; returns the number of alarms."""
    return sum(telling.queue_alarm_mails(ngnpro) for ngnpro in telling.watching_servers())


@app.task
def mail_missed_calls() -> int:
    """Queue the mails about the missed calls of yesterday; returns their number. A second run queues no duplicates."""
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    day = today - timedelta(days=1)
    return sum(telling.queue_missed_calls(ngnpro, day) for ngnpro in telling.watching_servers())
