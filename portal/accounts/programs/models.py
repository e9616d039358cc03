"""What programs of subscribers need to store: tokens, nonces that were used, and entries of their chat journals."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class ProgramToken(models.Model):
    """A token with which a program works with one account of the NGNPro server ``engine``; only its hash is stored.

    ``proof`` is that of the account's user (``people.directory.proof_of``): the token ends when a password changes.
    """

    engine = models.CharField(max_length=64)
    address = models.CharField(max_length=320)
    name = models.CharField(max_length=64)
    token_hash = models.CharField(max_length=64, unique=True)
    proof = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["address", "engine"], name="programs_token_of")]

    def __str__(self) -> str:
        return f"{self.name} for {self.address}"


class ClientCertificate(models.Model):
    """A client certificate with which the user of an account signs in, by its serial number in hexadecimal digits.

    The portal stores neither its key nor the certificate. ``proof`` is as in ``ProgramToken``. One that is revoked is
    deleted.
    """

    engine = models.CharField(max_length=64)
    address = models.CharField(max_length=320)
    name = models.CharField(max_length=64)
    serial = models.CharField(max_length=40, unique=True)
    proof = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["address", "engine"], name="programs_certificate_of")]

    def __str__(self) -> str:
        return f"{self.name} of {self.address}"


class UsedNonce(models.Model):
    """A nonce of digest authentication with a count, which therefore cannot be used again; ``key`` is their hash."""

    key = models.CharField(primary_key=True, max_length=64)
    used_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.key


class ChatEntry(models.Model):
    """An entry of an account's chat journal, by which programs of the same user exchange their messages.

    ``data`` is the program's own text, usually encrypted by it; ``uuid`` names the program that sent it.
    """

    engine = models.CharField(max_length=64)
    address = models.CharField(max_length=320)
    uuid = models.CharField(max_length=64)
    data = models.TextField()
    source = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["address", "engine"], name="programs_chat_of")]

    def __str__(self) -> str:
        return f"entry {self.pk} of {self.address}"
