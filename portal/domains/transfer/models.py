"""Imports of domains on their way: the file, sealed, and how far its lines have come."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import models
from django.utils import timezone

KEEP = timedelta(days=1)


class DomainImport(models.Model):
    """A file that somebody brought: ``who`` alone may look at it and go on with it, for a day.

    ``sealed`` is the file, encrypted, for there may be passwords in it. ``results`` has a line for each record that
    was dealt with: kind, key, outcome, words. ``busy_until`` keeps two browsers from doing the same work.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    who = models.CharField(max_length=800)
    domain = models.CharField(max_length=253)
    made = models.DateTimeField(default=timezone.now, db_index=True)
    sealed = models.TextField()
    total = models.PositiveIntegerField()
    started = models.BooleanField(default=False)
    results = models.JSONField(default=list)
    busy_until = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "domain_import"

    def __str__(self) -> str:
        return f"{self.domain} ({self.id})"

    @property
    def done(self) -> int:
        """How many lines were dealt with."""
        return len(self.results)

    @property
    def is_finished(self) -> bool:
        return self.started and self.done >= self.total
