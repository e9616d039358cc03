"""The states of jobs and of their rows, and what each row does."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """``PLANNING`` and ``RUNNING`` jobs are worked on; all others wait for a person, or have ended."""

    MAPPING = "mapping", _("Columns to choose")
    PLANNING = "planning", _("Planning")
    PLANNED = "planned", _("Plan")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")


class Verb(models.TextChoices):
    """What a row does to its record."""

    ADD = "add", _("Add")
    CHANGE = "change", _("Change")
    DELETE = "delete", _("Delete")
    NOTHING = "", _("Nothing")


class RowState(models.TextChoices):
    """The state of a row.

    ``NEW``: not yet compared with the platform. ``READY``: to be written. ``WAITING``: to be compared again when the
    rows before it are written, because it needs what they do. ``BEGUN``: its call may have been made; if the worker was
    killed, the record is read back. All later states are final until the row is tried again.
    """

    NEW = "new", _("Not compared yet")
    READY = "ready", _("Ready")
    WAITING = "waiting", _("Waits for other rows")
    BEGUN = "begun", _("In progress")
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Skipped")
    CONFLICT = "conflict", _("Conflict")
    FAILED = "failed", _("Failed")


WORKED_ON = (JobState.PLANNING, JobState.RUNNING)
ENDED = (JobState.FINISHED, JobState.CANCELLED)
UNFINISHED = (RowState.NEW, RowState.READY, RowState.WAITING, RowState.BEGUN)
TO_WRITE = (RowState.READY, RowState.WAITING)
# Rows that a person has to look at, and can have tried again.
TROUBLED = (RowState.FAILED, RowState.CONFLICT)
# Columns that the portal adds to a downloaded file of rows; they are not read.
REPORT = ("State", "Reason")
UNDO, IMPORT, GENERATE, DOMAIN_FILE, PLATFORM = "undo", "import", "generate", "domain-file", "platform"
# What is not a bulk action of a room.
OWN_ACTIONS = (UNDO, IMPORT, GENERATE, DOMAIN_FILE, PLATFORM)
