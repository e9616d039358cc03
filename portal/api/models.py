"""The answers of writes, stored for requests that are repeated because their answer was lost."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone

from portal.people.tokens.models import ApiToken

KEEP = timedelta(hours=24)


class StoredAnswer(models.Model):
    """The answer to a request with an ``Idempotency-Key``.

    ``fingerprint`` identifies the request. ``status`` is 0 until it is answered. ``sealed`` is the answer, encrypted.
    """

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="answers", db_index=False)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    sealed = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        db_table = "api_answer"
        constraints = (models.UniqueConstraint(fields=["token", "key"], name="api_answer_key"),)

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
