"""What the framework itself keeps in the database: the forms that were sent."""

from __future__ import annotations

from django.db import models


class SentForm(models.Model):
    """A form that was sent, by its one-use id: a row is a claim, so that only one request does its work.

    ``content`` fingerprints what was sent. ``status`` is the answer's, 0 while the work goes on; ``answer`` is the
    answer, sealed (``portal.core.sent_forms``).
    """

    id = models.CharField(primary_key=True, max_length=64)
    content = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(default="")
    sent = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"form sent at {self.sent:%Y-%m-%d %H:%M:%S}"


class RecordLock(models.Model):
    """Who may change a record of NGNPro now: ``key`` is the digest of its name (``portal.core.record_locks``)."""

    key = models.CharField(primary_key=True, max_length=64)
    holder = models.CharField(max_length=16)
    expires = models.DateTimeField()

    def __str__(self) -> str:
        return f"lock until {self.expires:%Y-%m-%d %H:%M:%S}"
