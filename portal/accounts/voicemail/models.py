"""Greetings that were uploaded here: NGNPro never returns a greeting, so this copy is what can be played."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Greeting(models.Model):
    """The sound that was sent last for a mailbox.

    It belongs to one account and not to an address, which may have another owner later: ``identity`` is that of the
    account and its mailbox (``tasks.identity_of``). It is deleted after ``choices.KEEP_DAYS`` days, and when the
    mailbox, the account or its domain is deleted or added again.
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
