"""Celery tasks of the voicemail room."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.celery import app

from .choices import KEEP_DAYS
from .models import Greeting


@app.task
def clean_up_greetings() -> int:
    """Delete uploaded greetings older than ``KEEP_DAYS`` days, and return the number of deleted records."""
    old = Greeting.objects.filter(at__lt=timezone.now() - timedelta(days=KEEP_DAYS))
    return old.delete()[0]
