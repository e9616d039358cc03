"""Links with which a carrier can read the trace of one call for some days, without signing in."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class TraceLink(models.Model):
    """A link to the trace of one call of the NGNPro server ``engine``; only the hash of its token is stored.

    ``made_by`` is the login of the person who made it, ``scope`` that of their view of NGNPro
    (``core.viewer.Viewer.scope``). ``opened`` counts how often it was opened.
    """

    engine = models.CharField(max_length=64)
    scope = models.CharField(max_length=400)
    made_by = models.CharField(max_length=320)
    call_id = models.CharField(max_length=255)
    node_ip = models.CharField(max_length=255, blank=True)
    from_tag = models.CharField(max_length=128, blank=True)
    to_tag = models.CharField(max_length=128, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["engine", "call_id"], name="tracing_link_of_call")]

    def __str__(self) -> str:
        return f"{self.call_id} until {self.expires_at:%Y-%m-%d %H:%M}"
