"""The journal: one entry per write, with the fields that changed and no secret."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.journal.labels import EntryAction, EntryResult, ReconcilingReason


class JournalAuthor(models.Model):
    """The author of writes, as they were then: role, login, name, and the ids of their customer and reseller."""

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

    ``engine`` is the name of the NGNPro server, empty for records of the portal itself, such as operators. ``port`` and
    ``operation`` are wire names. ``kind`` and ``key`` identify the record, e.g. ``account`` and ``ada@example.com``;
    ``part`` is the part of it, e.g. ``mailbox``; ``title`` is its name if the key is only a number. ``code`` and
    ``field`` are NGNPro's fault code and the member that it named. ``calls`` are the writing calls with their outcomes.
    ``changes`` holds ``values.Change``. ``also_deleted`` lists the records deleted with it, as numbers and labels.
    ``request`` is the id of the page's request, which the logs have, too.
    ``checked_at`` and ``reason`` are the time and result of comparing a write with unknown outcome with the platform
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
    action = models.CharField(max_length=6, choices=EntryAction, blank=True)
    kind = models.CharField(max_length=20, blank=True)
    key = models.CharField(max_length=400, blank=True, db_index=True)
    part = models.CharField(max_length=400, blank=True)
    title = models.CharField(max_length=320, blank=True)
    result = models.CharField(max_length=12, choices=EntryResult, default=EntryResult.BROKEN_OFF)
    code = models.PositiveIntegerField(null=True, blank=True)
    field = models.CharField(max_length=80, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=12, choices=ReconcilingReason, blank=True)
    calls = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    also_deleted = models.JSONField(default=list)
    request = models.CharField(max_length=64, blank=True, default="", db_default="")
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

    ``customer`` is a number of the server ``engine``, which is copied from the entry for the index.
    """

    entry = models.ForeignKey(JournalEntry, on_delete=models.CASCADE, related_name="readers", db_index=False)
    engine = models.CharField(max_length=64)
    customer = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "customer"], name="journal_reader")]
        indexes = [models.Index(fields=["engine", "customer", "-entry"], name="journal_by_reader")]

    def __str__(self) -> str:
        return f"{self.customer} may read {self.entry_id}"
