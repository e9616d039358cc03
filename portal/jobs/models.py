"""Jobs and their rows. What may be secret is stored encrypted: the login of a job, and the records of its rows."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import timedelta

from django.db import models
from django.utils import timezone

from .choices import ENDED, JobState, RowState, Verb

KEEP = timedelta(days=30)


class Job(models.Model):
    """A plan, and the job that carries it out.

    ``who`` identifies its author with the customer that they act for, and ``viewer`` is the author's viewer as data.
    ``share`` is the customer whose turn a slice of work uses up. ``login`` is the sealed login, empty once the job has
    ended. ``kind`` and ``action`` name the resource and the bulk action, and ``wish`` are the sealed values of its
    form. ``filter`` is the filter whose matches are still being read, ``read`` the number read so far, and ``reading``
    whether the list has changed meanwhile (``portal.jobs.reading``). ``sheet`` says how an imported file was read, and
    which columns its headings are (``portal.jobs.importing``).

    ``due`` is when it may be worked on again, and ``sliced`` when it was last. ``note`` says why it waits. ``claim`` is
    the claim of the worker that has this object (``JobClaim``), not stored. ``since`` is when it was last started or
    resumed, with ``handled`` of its rows behind it, for its rate.
    """

    claim: str = ""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    who = models.CharField(max_length=800, db_index=True)
    viewer = models.JSONField()
    source = models.CharField(max_length=64, blank=True)
    engine = models.CharField(max_length=100)
    share = models.CharField(max_length=200)
    language = models.CharField(max_length=20, blank=True)
    login = models.TextField(blank=True)
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=40)
    action = models.CharField(max_length=60)
    wish = models.TextField(blank=True)
    filter = models.JSONField(null=True)
    read = models.PositiveIntegerField(default=0)
    reading = models.JSONField(default=dict)
    sheet = models.JSONField(null=True)
    state = models.CharField(max_length=20, choices=JobState.choices, default=JobState.PLANNING)
    note = models.TextField(blank=True)
    made = models.DateTimeField(default=timezone.now, db_index=True)
    started = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    since = models.DateTimeField(null=True)
    handled = models.PositiveIntegerField(default=0)
    due = models.DateTimeField(default=timezone.now)
    sliced = models.DateTimeField(default=timezone.now)
    undoes = models.ForeignKey("self", models.CASCADE, null=True, related_name="undone_by")

    class Meta:
        db_table = "job"
        indexes = (models.Index(fields=["state", "due"], name="job_due"),)

    def __str__(self) -> str:
        return f"{self.title} ({self.id})"

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    def numbers(self) -> dict[tuple[str, str], int]:
        """Map pairs of verb and state to the number of rows."""
        counted = self.rows.order_by().values_list("verb", "state").annotate(number=models.Count("pk"))
        return {(verb, state): number for verb, state, number in counted}

    def counts(self) -> Counter[str]:
        """Return the number of rows by state."""
        found: Counter[str] = Counter()
        for (_verb, state), number in self.numbers().items():
            found[state] += number
        return found


class JobClaim(models.Model):
    """The claim of a worker that works on a job; several workers may work on one.

    A worker stores the outcome of its rows only while they have its claim. After ``until``, the next worker deletes the
    claim and takes its rows over.
    """

    token = models.CharField(max_length=32, primary_key=True)
    job = models.ForeignKey(Job, models.CASCADE, related_name="claims")
    until = models.DateTimeField()

    class Meta:
        db_table = "job_claim"

    def __str__(self) -> str:
        return f"{self.token} of {self.job_id}"


class JobLane(models.Model):
    """One of the tasks that work on jobs, each of which queues itself again; see ``portal.jobs.tasks``.

    Its message in the queue has the same ``token``. After ``until`` it is considered lost.
    """

    number = models.PositiveSmallIntegerField(primary_key=True)
    token = models.CharField(max_length=32, blank=True)
    until = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "job_lane"

    def __str__(self) -> str:
        return str(self.number)


class JobRow(models.Model):
    """One record of a job.

    Rows of a ``phase`` are written once all rows of lower phases are, by any number of workers, and otherwise in the
    order of ``position``. ``claim`` is that of the worker that compares or writes the row. ``changes`` are its fields
    before and after, without secrets (``portal.journal.values.MemberChange``). ``sealed`` holds the record before and
    after (``images``), and ``has_password`` says that a password is in it that was not given out. ``held`` is unique
    and set while the row is under way, so that no two jobs write the same record at once.
    """

    # no index of its own: two of the others begin with it
    job = models.ForeignKey(Job, models.CASCADE, related_name="rows", db_index=False)
    position = models.PositiveIntegerField()
    phase = models.PositiveSmallIntegerField(default=0)
    line = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=400)
    verb = models.CharField(max_length=10, choices=Verb.choices, default=Verb.NOTHING, blank=True)
    state = models.CharField(max_length=10, choices=RowState.choices, default=RowState.NEW)
    reason = models.TextField(blank=True)
    changes = models.JSONField(default=list)
    sealed = models.TextField(blank=True)
    has_password = models.BooleanField(default=False)
    claim = models.CharField(max_length=32, blank=True)
    held = models.CharField(max_length=560, null=True, unique=True)  # noqa: DJ001 - NULLs are not equal

    class Meta:
        db_table = "job_row"
        constraints = (models.UniqueConstraint(fields=["job", "position"], name="job_row_position"),)
        indexes = (
            models.Index(fields=["job", "state", "phase", "position", "verb"], name="job_row_next"),
            models.Index(fields=["job", "key"], name="job_row_key"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class ColumnChoice(models.Model):
    """The columns that a person has chosen for the headings of a file, for their next file with the same headings."""

    who = models.CharField(max_length=800)
    kind = models.CharField(max_length=40)
    headings = models.JSONField()
    mapping = models.JSONField()

    class Meta:
        db_table = "job_column_choice"
        indexes = (models.Index(fields=["who", "kind"], name="job_column_choice_who"),)

    def __str__(self) -> str:
        return f"{self.kind}: {', '.join(self.headings)}"
