"""Journal entries as pages show them: texts, fields before and after, and links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.core.customer_names import CUSTOMER_MEMBERS, CustomerNames
from portal.core.error_pages import Explanation, explain_error
from portal.core.navigation import ROLE_NAMES
from portal.core.resources import url_of
from portal.core.rooms import journal_kinds, resources
from portal.core.viewer import Role, Viewer
from portal.journal.labels import EXPLANATIONS, LAMPS, STATIONS, EntryAction, EntryResult, action_words
from portal.ngnpro.faults import refusal_from

from .labels import DOTS, label_of, part_label, text_of
from .models import JournalEntry
from .readers import author_text, knows_author, source_text
from .values import MemberChange

SHORT = 60
FEW = 3


@dataclass(frozen=True, slots=True)
class ChangedField:
    """A field before and after, as text. For secrets, the texts only show whether they were set."""

    label: str
    before: str
    after: str
    was: bool = True
    is_now: bool = True
    note: str = ""

    @property
    def short_before(self) -> str:
        return shorten_value(self.before)

    @property
    def short_after(self) -> str:
        return shorten_value(self.after)


class ShownEntry:
    """An entry as text, for one viewer."""

    def __init__(self, entry: JournalEntry, viewer: Viewer, names: CustomerNames) -> None:
        self.entry = entry
        self.viewer = viewer
        self.names = names
        self.result = EntryResult(entry.result)

    @property
    def url(self) -> str:
        return reverse("journal:detail", args=[self.entry.pk])

    @property
    def who(self) -> str:
        return author_text(self.viewer, self.entry)

    @property
    def source(self) -> str:
        return source_text(self.viewer, self.entry)

    @property
    def login(self) -> str:
        return self.entry.author.login if knows_author(self.viewer, self.entry) else ""

    @property
    def kind(self) -> str:
        label = journal_kinds().get(self.entry.kind)
        part = part_label(self.entry.kind, self.entry.part) if self.entry.part else ""
        return f"{label or self.entry.kind}, {part}" if part else str(label or self.entry.kind)

    @property
    def record(self) -> str:
        """Return the name of the record: its title and key if the key is only a number, else its key."""
        if self.entry.key.isdecimal() and self.entry.title:
            return f"{self.entry.title} ({self.entry.key})"
        return self.entry.key or self.entry.title

    @property
    def action_text(self) -> str:
        """Return what was done; the operation if the journal does not know more."""
        done = action_words(self.entry.action, self.entry.operation)
        part = part_label(self.entry.kind, self.entry.part) if self.entry.part else ""
        return f"{part}: {done}" if part else done

    @property
    def heading(self) -> str:
        label = str(journal_kinds().get(self.entry.kind, self.entry.kind))
        return f"{label} {self.record}: {self.action_text}" if self.record else self.action_text

    @property
    def role(self) -> str:
        return str(ROLE_NAMES[Role(self.entry.author.role)])

    @property
    def history_url(self) -> str:
        return url_of("journal:record", self.entry.kind, self.entry.key)

    @property
    def record_url(self) -> str:
        """Return the URL of the record's page; empty if this entry deleted the record."""
        kind = resources().get((self.entry.kind, ""))
        is_deleted = self.entry.action == EntryAction.DELETE and self.result is EntryResult.DONE
        return kind.page(self.entry.key) if kind and self.entry.key and not is_deleted else ""

    @cached_property
    def changes(self) -> list[MemberChange]:
        return [MemberChange(**item) for item in self.entry.changes]

    @property
    def lines(self) -> list[ChangedField]:
        return [line_of(change, self.names) for change in self.changes]

    @property
    def few_lines(self) -> list[ChangedField]:
        return self.lines[:FEW]

    @property
    def more_lines(self) -> int:
        return max(0, len(self.changes) - FEW)

    @property
    def lamp(self) -> str:
        return LAMPS[self.result]

    @property
    def station(self) -> str:
        return STATIONS[self.result]

    @property
    def explanation(self) -> str:
        if self.entry.reason:
            later = _("The result was not received, so the portal compared the record later.")
            return f"{later} {self.entry.get_reason_display()}"
        return str(EXPLANATIONS[self.result])

    @property
    def fault(self) -> Explanation | None:
        """Return an explanation of NGNPro's fault code. Its text is not stored, since it might contain a secret."""
        return explain_error(refusal_from(self.entry.code, "")) if self.entry.code else None

    @property
    def field(self) -> str:
        return label_of(self.entry.field) if self.entry.field else ""

    def calls(self) -> Iterator[tuple[str, str]]:
        for port, operation, outcome in self.entry.calls:
            yield f"{port}.{operation}", outcome


def line_of(change: MemberChange, names: CustomerNames) -> ChangedField:
    """Return a change as text for display."""
    if change.secret:
        note = _("A secret: the journal never stores it.")
        before, after = (DOTS if value else _("Not set") for value in (change.before, change.after))
        return ChangedField(label_of(change.field), before, after, bool(change.before), bool(change.after), note)
    if change.cut:
        return ChangedField(label_of(change.field), "…", "…", note=_("Too long to be stored."))
    return line_between(change.field, change.before, change.after, names)


def line_between(field: str, before: Any, after: Any, names: CustomerNames) -> ChangedField:
    """Return two plain values of a field as text for display."""
    texts = [
        names.show(value) if field in CUSTOMER_MEMBERS and isinstance(value, int) else text_of(value)
        for value in (before, after)
    ]
    return ChangedField(label_of(field), texts[0], texts[1], before is not None, after is not None)


def shorten_value(text: str) -> str:
    text = " ".join(text.split())
    return f"{text[: SHORT - 1]}…" if len(text) > SHORT else text
