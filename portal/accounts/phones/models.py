"""Links with which phones fetch their settings by themselves, once."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class PhoneLink(models.Model):
    """A link with which one phone fetches the settings of an account of the NGNPro server ``engine``, once.

    ``kind`` is one of ``portal.accounts.phones.formats.PHONE_KINDS``; ``mac`` is that of a desk phone, 12 lower-case
    hexadecimal digits. Only the hash of the token is stored. ``proof`` is that of the account's user
    (``people.directory.proof_of``): the link ends when a password changes. ``sets_password``: the phone gets a new SIP
    password, which is set when it asks. ``made_by``
    is the login of the person who made it; ``source`` the address of the phone that used it.
    """

    engine = models.CharField(max_length=64)
    address = models.CharField(max_length=320)
    kind = models.CharField(max_length=16)
    mac = models.CharField(max_length=12, blank=True, db_index=True)
    sets_password = models.BooleanField(default=False)
    token_hash = models.CharField(max_length=64, unique=True)
    proof = models.CharField(max_length=64)
    made_by = models.CharField(max_length=320)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["address", "engine"], name="phones_link_of")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.address}"
