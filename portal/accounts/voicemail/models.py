"""Copies of uploaded greetings for playback, because NGNPro never returns a greeting."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Greeting(models.Model):
    """The greeting that was last sent for a mailbox.

    It is bound to one account by ``identity`` (``services.identity_of``), because the address may belong to another
    owner later. It is deleted after ``choices.KEEP_DAYS`` days, and when the mailbox, the account or its domain is
    deleted or added again.
    """

    engine = models.CharField(max_length=64)
    address = models.CharField(max_length=320)
    identity = models.CharField(max_length=64, blank=True)
    sound = models.BinaryField()
    media_type = models.CharField(max_length=40)
    seconds = models.FloatField()
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engine", "address"], name="one_greeting_of_a_mailbox")]

    def __str__(self) -> str:
        return self.address
