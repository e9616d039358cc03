"""What the plug-in stores: the accounts that were added through the portal."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Newcomer(models.Model):
    """An account that was added; ``engine`` is its NGNPro server, and ``added_by`` the name of who added it."""

    engine = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=320)
    added_by = models.CharField(max_length=320)
    added_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-added_at", "-id"]

    def __str__(self) -> str:
        return self.address
