"""Domain imports in progress: an uploaded file as sealed lines, and the outcome of each."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import models
from django.utils import timezone

KEEP = timedelta(days=1)


class DomainImport(models.Model):
    """An uploaded file; only ``who`` may see and continue it, for a day.

    ``done`` is the number of lines with an outcome. ``busy_until`` prevents two browsers from doing the same work.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    who = models.CharField(max_length=800)
    domain = models.CharField(max_length=253)
    made = models.DateTimeField(default=timezone.now, db_index=True)
    passwords = models.BooleanField(default=False)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    started = models.BooleanField(default=False)
    busy_until = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "domain_import"

    def __str__(self) -> str:
        return f"{self.domain} ({self.id})"

    @property
    def is_finished(self) -> bool:
        return self.started and self.done >= self.total


class DomainImportLine(models.Model):
    """One record of an uploaded file; ``sealed`` is its entry, encrypted, since it may hold passwords.

    Each record has its own row, so that a step reads and writes only its own lines, however long the file is.
    """

    domain_import = models.ForeignKey(DomainImport, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    key = models.TextField()
    sealed = models.TextField()
    outcome = models.CharField(max_length=20, default="")
    words = models.TextField(default="")

    class Meta:
        db_table = "domain_import_line"
        constraints = (models.UniqueConstraint(fields=["domain_import", "position"], name="domain_import_position"),)
        indexes = (models.Index(fields=["domain_import", "kind", "outcome"], name="domain_import_outcome"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
