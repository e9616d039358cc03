"""Celery tasks of the journal."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from portal.celery import app

from . import reconciling
from .archive import archive_entries
from .models import JournalAuthor, JournalEntry

log = logging.getLogger(__name__)

AT_A_TIME = 1000


@app.task
def reconcile_uncertain_entries() -> int:
    """Complete entries with unknown outcome; returns how many."""
    return reconciling.reconcile_entries()


@app.task
def clean_up_journal() -> int:
    """Delete entries that are older than ``PORTAL_JOURNAL_DAYS``, a few at a time, and authors without entries.

    They are written to ``PORTAL_JOURNAL_ARCHIVE`` first, if that is set; while that fails, none is deleted.
    Returns how many entries were deleted; with 0 days, none are.
    """
    if not settings.JOURNAL_DAYS:
        return 0
    deleted, oldest = 0, timezone.now() - timedelta(days=settings.JOURNAL_DAYS)
    old = JournalEntry.objects.filter(at__lt=oldest).order_by("at").values_list("pk", flat=True)
    while numbers := list(old[:AT_A_TIME]):
        entries = JournalEntry.objects.filter(pk__in=numbers)
        if settings.JOURNAL_ARCHIVE:
            archive_entries(Path(settings.JOURNAL_ARCHIVE), entries.select_related("author").order_by("pk"))
        entries.delete()
        deleted += len(numbers)
    JournalAuthor.objects.filter(entries=None).delete()
    if deleted:
        log.info("%s entries of the journal were older than %s days and were deleted.", deleted, settings.JOURNAL_DAYS)
    return deleted
