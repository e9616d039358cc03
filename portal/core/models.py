"""Database tables of the framework: submitted forms, record locks, secrets that are shown once, and saved views."""

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


class SavedView(models.Model):
    """A list as somebody wants to see it: its filters and order, as in its URL, and its columns.

    ``page`` is the URL name of the list. The row without a name holds the columns that the person has chosen for it.
    ``columns`` are names with commas between, empty for the usual ones. A shared view is also shown to all people of
    the same ``circle`` (``portal.core.saved_views``).
    """

    person = models.CharField(max_length=400)
    circle = models.CharField(max_length=128, db_index=True)
    page = models.CharField(max_length=64)
    name = models.CharField(max_length=64, blank=True, default="")
    query = models.TextField(blank=True, default="")
    columns = models.TextField(blank=True, default="")
    is_shared = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "page", "name"], name="one_view_of_a_name"),)

    def __str__(self) -> str:
        return f"view {self.name} of {self.page}"
