"""Webhooks and the messages for them: one row a message, so that no queue holds the only copy of one."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from .choices import State


class Webhook(models.Model):
    """A URL of another system that is told of events.

    ``customer`` is the customer or reseller whose it is, on the NGNPro server ``engine``; 0 for the operators'.
    ``events`` are values of ``choices.Event``. ``sealed`` is the secret that signs the messages, encrypted, and
    ``sealed_before`` the one that it replaced, which signs them, too, until ``both_until``. No message is sent before
    ``rest_until``, since the last one failed. ``claimed_until`` is set while a worker sends.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    engine = models.CharField(max_length=64)
    customer = models.PositiveBigIntegerField(default=0)
    name = models.CharField(max_length=64)
    url = models.CharField(max_length=500)
    events = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    sealed = models.TextField()
    sealed_before = models.TextField(blank=True)
    both_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    rest_until = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "webhook"
        ordering = ["name", "created_at"]
        indexes = [models.Index(fields=["engine", "customer"], name="webhook_by_owner")]

    def __str__(self) -> str:
        return self.name


class WebhookMessage(models.Model):
    """A message for a webhook.

    ``event_id`` identifies what happened, and is sent as ``webhook-id``: each event has one message for each webhook.
    ``body`` is the JSON text as it is sent. ``status`` is the HTTP status of the last answer, ``answer`` its first
    characters, and ``error`` why there is none.
    """

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="messages", db_index=False)
    event_id = models.CharField(max_length=100)
    event = models.CharField(max_length=40)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.CharField(max_length=300, blank=True)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    due_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhook_message"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["webhook", "event_id"], name="webhook_event")]
        indexes = [
            models.Index(fields=["state", "due_at"], name="webhook_due"),
            models.Index(fields=["webhook", "-id"], name="webhook_log"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.event_id}: {self.state}"
