"""Celery tasks of the voicemail room."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.celery import app

from .choices import KEEP_DAYS
from .models import Greeting


@app.task
def clean_up() -> int:
    """Delete the uploaded greetings that are older than ``KEEP_DAYS`` days, and return how many there were."""
    old = Greeting.objects.filter(at__lt=timezone.now() - timedelta(days=KEEP_DAYS))
    return old.delete()[0]
