"""Celery tasks of the programs room."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from portal.celery import app

from .digest import delete_old_nonces
from .models import ChatEntry


@app.task
def clean_up_programs() -> int:
    """Delete used nonces, and entries of chat journals that are too old; return how many entries were deleted."""
    delete_old_nonces()
    before = timezone.now() - timedelta(days=settings.CHAT_DAYS)
    return ChatEntry.objects.filter(created_at__lt=before).delete()[0]
