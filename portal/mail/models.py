"""The outbox: one row per message, so that no broker holds the only copy of anything."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

STALE = timedelta(minutes=5)
MOST_ATTEMPTS = 8


class OutboxMessage(models.Model):
    """A message to be sent: its kind and the address of the record it is about; never its text, never a secret."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    engine = models.CharField(max_length=64, blank=True)
    about = models.CharField(max_length=320)
    recipient = models.CharField(max_length=320)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return f"{self.kind} for {self.about} to {self.recipient}: {self.state}"
