"""The model of API tokens. Only the hash of a token is stored, and logins only encrypted for the token."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class ApiToken(models.Model):
    """A token with which a program uses the API as the person who made it.

    ``key_hash`` is the SHA-256 hash of the token, and ``ending`` its last four characters. ``person`` is who made it
    (``services.person_of``), ``operator`` that operator, and ``known`` what is known about a reseller or customer, as
    in their session (``portal.people.identification``), without their login. ``sealed`` is that login, encrypted with
    ``public_key``, whose private key is derived from the token (``keys``).

    ``scopes`` maps names of rooms, or ``*`` for all, to ``read`` or ``write``. ``networks`` are the IP networks that it
    may be used from; empty for all. ``pause`` is why it is paused (``choices.Pause``), empty if it is not.
    ``checked_at`` is when NGNPro was last asked for the rights of ``known``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=64)
    key_hash = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4)
    person = models.CharField(max_length=400, db_index=True)
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="api_tokens")
    engine = models.CharField(max_length=64, blank=True)
    known = models.JSONField(default=dict)
    public_key = models.CharField(max_length=64)
    sealed = models.TextField(blank=True)
    scopes = models.JSONField(default=dict)
    networks = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    used_from = models.GenericIPAddressField(null=True)
    checked_at = models.DateTimeField(default=timezone.now)
    pause = models.CharField(max_length=12, blank=True)

    class Meta:
        db_table = "api_token"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    def allows(self, room: str, *, writes: bool) -> bool:
        """Return whether the token may read, or with ``writes`` change, what belongs to a room."""
        given = self.scopes.get(room) or self.scopes.get("*", "")
        return given == "write" or (given == "read" and not writes)
