"""Greetings that were uploaded here: NGNPro takes a greeting and never gives it back, so this is what can be played."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Greeting(models.Model):
    """The sound that was sent last for a mailbox. It goes after ``choices.KEEP_DAYS`` days, and with the mailbox."""

    engine = models.CharField(max_length=64)
    address = models.CharField(max_length=320)
    sound = models.BinaryField()
    media_type = models.CharField(max_length=40)
    seconds = models.FloatField()
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engine", "address"], name="one_greeting_of_a_mailbox")]

    def __str__(self) -> str:
        return self.address
