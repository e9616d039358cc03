"""The journal: one entry per write, with the fields that changed and no secret."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .choices import Action, Reason, Result


class JournalAuthor(models.Model):
    """A person as they were called when they wrote: role, login and name, and their customer's and reseller's ids."""

    role = models.CharField(max_length=12)
    login = models.CharField(max_length=320)
    name = models.CharField(max_length=320)
    customer = models.PositiveBigIntegerField(default=0)
    reseller = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "login", "name", "customer", "reseller"], name="journal_author")
        ]

    def __str__(self) -> str:
        return self.name or self.login


class JournalEntry(models.Model):
    """One write.

    ``engine``: the name of the NGNPro server it was written to, empty for what is the portal's own, such as operators.
    ``port``, ``operation``: names on the wire. ``kind``, ``key``: the record, e.g. ``account`` and
    ``ada@example.com``; ``part``: what of it, e.g. ``mailbox``; ``title``: its name where the key is none. ``code`` and
    ``field``: NGNPro's fault code and the member it named. ``calls``: further writing calls, with their outcomes.
    ``changes``: see ``values.Change``. ``gone``: what a deletion took along, as numbers and words. ``checked_at``,
    ``reason``: when and with what finding a write that ended in doubt was compared with the platform
    (``portal.journal.reconciling``).
    """

    at = models.DateTimeField(_("When"), default=timezone.now, db_index=True)
    author = models.ForeignKey(JournalAuthor, on_delete=models.PROTECT, related_name="entries")
    acting_customer = models.PositiveBigIntegerField(default=0)
    acting_name = models.CharField(max_length=320, blank=True)
    source = models.GenericIPAddressField(null=True, blank=True)
    engine = models.CharField(max_length=64, blank=True)
    port = models.CharField(max_length=40, blank=True)
    operation = models.CharField(max_length=80)
    action = models.CharField(max_length=6, choices=Action, blank=True)
    kind = models.CharField(max_length=20, blank=True)
    key = models.CharField(max_length=400, blank=True, db_index=True)
    part = models.CharField(max_length=400, blank=True)
    title = models.CharField(max_length=320, blank=True)
    result = models.CharField(max_length=12, choices=Result, default=Result.BROKEN_OFF)
    code = models.PositiveIntegerField(null=True, blank=True)
    field = models.CharField(max_length=80, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    calls = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    gone = models.JSONField(default=list)
    undoes = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="undone_by")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["author", "-id"], name="journal_by_author"),
            models.Index(fields=["kind", "key", "-id"], name="journal_by_record"),
            models.Index(fields=["operation", "-id"], name="journal_by_operation"),
            models.Index(fields=["result", "-id"], name="journal_by_result"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.operation} {self.kind} {self.key}: {self.result}"


class EntryReader(models.Model):
    """A customer or reseller who may read an entry, because the record or its author is theirs.

    Their number is one of the entry's ``engine``, which is repeated here for the index.
    """

    entry = models.ForeignKey(JournalEntry, on_delete=models.CASCADE, related_name="readers", db_index=False)
    engine = models.CharField(max_length=64)
    customer = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "customer"], name="journal_reader")]
        indexes = [models.Index(fields=["engine", "customer", "-entry"], name="journal_by_reader")]

    def __str__(self) -> str:
        return f"{self.customer} may read {self.entry_id}"
