"""How long NGNPro servers took to answer: one row for each server and minute of the last hours."""

from __future__ import annotations

from django.db import models


class AnswerTime(models.Model):
    """How long an NGNPro server took to answer one call; ``milliseconds`` is null if it gave no usable answer."""

    engine = models.CharField(max_length=100)
    minute = models.DateTimeField(db_index=True)
    milliseconds = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engine", "minute"], name="one_answer_time_per_minute")]

    def __str__(self) -> str:
        return f"{self.engine} at {self.minute:%Y-%m-%d %H:%M}"
