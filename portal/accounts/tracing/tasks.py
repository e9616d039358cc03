"""Celery tasks of the tracing room."""

from __future__ import annotations

from django.utils import timezone

from portal.celery import app

from .choices import KEPT_FOR
from .models import TraceLink


@app.task
def clean_up_trace_links() -> int:
    """Delete links that ended a while ago, and return how many."""
    return TraceLink.objects.filter(expires_at__lt=timezone.now() - KEPT_FOR).delete()[0]
