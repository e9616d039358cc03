"""Jobs and rows as pages show them: counts, progress, and what each row does, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.customer_names import CustomerNames
from portal.core.rooms import resource_of
from portal.journal.showing import ChangedField, line_of
from portal.journal.values import MemberChange

from .choices import TO_WRITE, TROUBLED, UNFINISHED, WORKED_ON, JobState, RowState, Verb
from .models import Job, JobRow


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of the rows that a page can show: those in some states, and with a verb if one is given."""

    label: str | Promise
    states: tuple[RowState, ...]
    verb: Verb | None = None

    @property
    def conditions(self) -> dict[str, Any]:
        """Return the conditions of a query for the rows."""
        return {"state__in": self.states, **({} if self.verb is None else {"verb": self.verb})}


WRITTEN = (*UNFINISHED, RowState.DONE)
PARTS = {
    "add": Selection(gettext_lazy("To add"), WRITTEN, Verb.ADD),
    "change": Selection(gettext_lazy("To change"), WRITTEN, Verb.CHANGE),
    "delete": Selection(gettext_lazy("To delete"), WRITTEN, Verb.DELETE),
    "done": Selection(gettext_lazy("Done"), (RowState.DONE,)),
    "waiting": Selection(gettext_lazy("Waiting"), UNFINISHED),
    "skipped": Selection(gettext_lazy("Skipped"), (RowState.SKIPPED,)),
    "conflict": Selection(gettext_lazy("Conflicts"), (RowState.CONFLICT,)),
    "failed": Selection(gettext_lazy("Failed"), (RowState.FAILED,)),
}
PLAN_PARTS = ("add", "change", "delete", "skipped", "conflict")
# Left out while there are none.
RARE = ("add", "change", "delete", "waiting")
RUN_PARTS = ("done", "waiting", "skipped", "conflict", "failed")
LAMPS = {
    JobState.PLANNING: "run",
    JobState.PLANNED: "",
    JobState.RUNNING: "run",
    JobState.PAUSED: "warn",
    JobState.FINISHED: "on",
    JobState.CANCELLED: "stop",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A number of the job with its label; ``name`` selects its rows in the URL."""

    name: str
    label: str | Promise
    number: int
    is_bad: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as a page shows it."""

    row: JobRow
    url: str
    lines: list[ChangedField]

    @property
    def verb(self) -> str:
        """Return the style of its mark, which depends on what it does or on its outcome."""
        if self.row.state == RowState.FAILED:
            return "fail"
        if self.row.state in (RowState.CONFLICT, RowState.SKIPPED):
            return {RowState.CONFLICT: "conflict", RowState.SKIPPED: "skip"}[RowState(self.row.state)]
        return str(self.row.verb or "skip")

    @property
    def word(self) -> str:
        """Return what the row does in a plan, and its state once the job has started."""
        if self.row.state in TO_WRITE:
            return str(Verb(self.row.verb).label)
        return str(RowState(self.row.state).label)

    @property
    def name(self) -> str:
        """Return the key, or what identifies a record that NGNPro has not given a number yet."""
        return self.row.key or next((line.short_after for line in self.lines), "")

    @property
    def kind(self) -> str | Promise:
        """Return the kind of the record, if the job has several."""
        return resource_of(self.row.kind).label if self.row.kind != self.row.job.kind else ""

    @property
    def number(self) -> int:
        """Return the line of the row in its file, else its position."""
        return self.row.line or self.row.position + 1

    @property
    def is_troubled(self) -> bool:
        return self.row.state in TROUBLED


class ShownJob:
    """A job with its numbers."""

    def __init__(self, job: Job, chosen: str = "") -> None:
        self.job = job
        self.chosen = chosen if chosen in PARTS else ""

    @cached_property
    def counts(self) -> dict[tuple[str, str], int]:
        """Map pairs of verb and state to the number of rows."""
        return self.job.numbers()

    def number(self, states: Collection[str] = tuple(RowState), verb: str | None = None) -> int:
        """Return the number of rows in one of some states, and with a verb if one is given."""
        return sum(number for (one, state), number in self.counts.items() if state in states and verb in (None, one))

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def to_write(self) -> int:
        return self.number(UNFINISHED)

    @property
    def handled(self) -> int:
        """Return the number of rows that have an outcome."""
        return self.total - self.to_write

    @property
    def done(self) -> int:
        return self.number((RowState.DONE,))

    @property
    def deletions(self) -> int:
        return self.number(TO_WRITE, Verb.DELETE)

    @property
    def troubled(self) -> int:
        return self.number(TROUBLED)

    @property
    def skipped(self) -> int:
        return self.number((RowState.SKIPPED,))

    @property
    def is_plan(self) -> bool:
        return self.job.started is None

    @property
    def is_worked_on(self) -> bool:
        return self.job.state in WORKED_ON

    @property
    def reading_note(self) -> str:
        """Return what became of records that moved while all that match a filter were read; empty if none did."""
        if self.job.filter is not None or self.job.reading.get("passes", 0) <= 1:
            return ""
        if self.job.reading.get("moved"):
            return _(
                "The list kept changing while it was read. No record is in the plan twice, but those that were added "
                "or moved meanwhile may be missing. Make another plan for them later."
            )
        return _("The list changed while it was read, so it was read again. No record is missing or in the plan twice.")

    @property
    def lamp(self) -> str:
        return "warn" if self.job.state == JobState.FINISHED and self.troubled else LAMPS[JobState(self.job.state)]

    @property
    def state_word(self) -> str:
        return str(JobState(self.job.state).label)

    def parts(self) -> Iterator[Part]:
        """Iterate over the numbers of the plan or the job."""
        for name in PLAN_PARTS if self.is_plan else RUN_PARTS:
            part = PARTS[name]
            number = self.number(part.states, part.verb)
            is_bad = name in ("conflict", "failed") and bool(number)
            if number or name not in RARE or name == self.chosen:
                yield Part(name, part.label, number, is_bad, name == self.chosen)

    @property
    def rate(self) -> float:
        """Return the rows a second since the job was last started or resumed; 0 while that is unknown."""
        if self.job.since is None or self.job.state == JobState.PAUSED:
            return 0.0
        seconds = ((self.job.ended or timezone.now()) - self.job.since).total_seconds()
        return max(0, self.done - self.job.handled) / seconds if seconds > 0 else 0.0

    @property
    def rate_text(self) -> str:
        """Return the rate in words, a second or a minute, whichever is easier to read."""
        if self.rate >= 1:
            return _("%(number).0f a second") % {"number": self.rate}
        return _("%(number).0f a minute") % {"number": self.rate * 60}

    @property
    def left(self) -> timedelta | None:
        return timedelta(seconds=round(self.to_write / self.rate)) if self.rate else None

    @property
    def until(self) -> datetime | None:
        return timezone.now() + self.left if self.left is not None else None

    @property
    def left_text(self) -> str:
        """Return the time left in words."""
        if self.left is None:
            return ""
        minutes, seconds = divmod(int(self.left.total_seconds()), 60)
        hours, minutes = divmod(minutes, 60)
        if hours:
            return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
        if minutes:
            return _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": seconds}
        return _("%(seconds)s s") % {"seconds": seconds}


def show_row(row: JobRow, names: CustomerNames) -> ShownRow:
    """Return a row as a page shows it."""
    resource = resource_of(row.kind)
    columns = resource.columns
    changes = sorted((MemberChange(**item) for item in row.changes), key=lambda change: _place(columns, change.field))
    is_there = row.state != RowState.DONE or row.verb != Verb.DELETE
    url = resource.page(row.key) if is_there and row.key and row.verb != Verb.ADD else ""
    return ShownRow(row, url, [line_of(change, names) for change in changes])


def _place(columns: tuple[str, ...], field: str) -> int:
    """Return the position of a changed member among the columns; members that are no column come last."""
    member = field.partition(".")[0]
    return columns.index(member) if member in columns else len(columns)
