"""The outbox: one row for each message, so that a broker never holds the only copy of one."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.sealing import unseal


class OutboxMessage(models.Model):
    """A message to be sent: its kind and the key of the record it is about, but not its text.

    ``reseller`` is the one whose user gets it, and whose quota it counts towards; 0 for the platform's own users.
    ``facts`` holds what cannot be read from a record later, such as the names of changed fields, and nothing secret. A
    password that is stored nowhere else is in ``sealed``, encrypted, until the message is settled or ``sealed_until``.
    ``key`` identifies the cause: each cause has one message.
    """

    class State(models.TextChoices):
        HELD = "held", _("held until its change is stored")
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    engine = models.CharField(max_length=64, blank=True)
    reseller = models.PositiveIntegerField(default=0)
    about = models.CharField(max_length=320)
    recipient = models.CharField(max_length=320)
    facts = models.JSONField(default=dict, blank=True)
    sealed = models.TextField(blank=True)
    sealed_until = models.DateTimeField(null=True, blank=True)
    key = models.CharField(max_length=200, unique=True, null=True, blank=True)  # null: the message has no key
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    # shown to operators about a mail that is sent nevertheless, for example if a template is broken
    note = models.CharField(max_length=500, blank=True, default="")
    # the number of the journal entry of the write that it belongs to, while it is held
    awaits = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    # set while a worker hands the message to the mail server: if the worker is lost, the message may have been sent
    handed_over_at = models.DateTimeField(null=True, blank=True)
    duplicate = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["created_at"]),
            models.Index(fields=["awaits"], condition=models.Q(awaits__isnull=False), name="mail_outbox_awaits"),
            models.Index(Lower("recipient"), "claimed_at", name="mail_outbox_recipient"),
            models.Index(fields=["engine", "reseller", "claimed_at"], name="mail_outbox_reseller"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.about} to {self.recipient}: {self.state}"

    @property
    def secret(self) -> str:
        """The password that the message was queued with; empty if there was none, and after it was sent or expired."""
        alive = self.sealed_until is not None and timezone.now() < self.sealed_until
        return unseal(self.sealed) if alive and self.sealed else ""

    @property
    def lost_its_secret(self) -> bool:
        """Whether the message was queued with a password that was deleted since then."""
        return self.sealed_until is not None and not self.secret
