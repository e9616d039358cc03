"""Database tables of the framework: submitted forms, record locks, and secrets that are shown once."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone


class SentForm(models.Model):
    """A submitted form, by its one-time id: the request that creates the row is the only one to process the form.

    ``content`` is a fingerprint of the submitted data. ``status`` is the HTTP status of the response, 0 while the form
    is being processed; ``answer`` is the response, sealed (``portal.core.sent_forms``).
    """

    id = models.CharField(primary_key=True, max_length=64)
    content = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(default="")
    sent = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"form sent at {self.sent:%Y-%m-%d %H:%M:%S}"


class RecordLock(models.Model):
    """A lock on a record of NGNPro; ``key`` is the digest of its name (``portal.core.record_locks``)."""

    key = models.CharField(primary_key=True, max_length=64)
    holder = models.CharField(max_length=16)
    expires = models.DateTimeField()

    def __str__(self) -> str:
        return f"lock until {self.expires:%Y-%m-%d %H:%M:%S}"


class OnceSecret(models.Model):
    """An encrypted secret that a page shows once; a session holds its id (``portal.core.sealing``)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    sealed = models.TextField()
    kept_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"secret kept at {self.kept_at:%Y-%m-%d %H:%M:%S}"
