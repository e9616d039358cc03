"""Accounts that people have asked for, until they confirm their e-mail address."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone


class AccountRequest(models.Model):
    """An account that a person has asked for; it is added when they open the mailed link and confirm.

    ``sealed`` is the password that they chose, encrypted until the account is added or the request has expired. The
    token of the link is generated when the mail is written; only its hash is stored.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    domain = models.CharField(max_length=255)
    username = models.CharField(max_length=66)
    email = models.CharField(max_length=320, db_index=True)
    name = models.CharField(max_length=128)
    phone = models.CharField(max_length=16, blank=True)
    zone = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=2, blank=True)
    sealed = models.TextField(blank=True)
    source = models.CharField(max_length=64, db_index=True)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    expires_at = models.DateTimeField(db_index=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.address

    @property
    def address(self) -> str:
        return f"{self.username}@{self.domain}"
