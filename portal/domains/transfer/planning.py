"""The import preview: what an import would do. It only reads, in pages, and writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.core.file_entries import Entry, FileRole
from portal.ngnpro import Ngnpro, errors

from .entries import Entries, Owners
from .exporting import PAGE
from .lines import (
    ADDED,
    COMPLETED,
    DIFFERS,
    FAILED,
    MISSING,
    OUTCOMES,
    SAME,
    FileKind,
    FileLine,
    LineResult,
    differing_members,
    domain_kind,
    file_kinds,
    kinds_with,
    owner_kind,
    why_missing,
)

LOOKED_UP = 200
SHOWN = 500
# A line of the summary: the name of the kind, the key, the outcome and the reason.
Row = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line as a page shows it."""

    label: str | Promise
    key: str
    outcome: str
    words: str


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """Lines counted by kind and outcome, the first that need attention, how many more do, and the first added."""

    counts: list[tuple[str | Promise, list[tuple[int, str | Promise]]]]
    notable: list[ShownLine]
    more: int
    added: list[ShownLine]


def summary_of(counts: Counter[tuple[str, str]], notable: Iterable[Row], added: Iterable[Row]) -> ImportSummary:
    """Build a summary from the number of lines by kind and outcome, and the lines to show."""
    shown = [_shown(row) for row in notable]
    by_kind = [
        (
            kind.in_file.label,
            [(counts[name, outcome], words) for outcome, words in OUTCOMES.items() if counts[name, outcome]],
        )
        for name, kind in file_kinds().items()
    ]
    number = sum(many for (_kind, outcome), many in counts.items() if is_notable(outcome))
    return ImportSummary(
        [pair for pair in by_kind if pair[1]], shown, number - len(shown), [_shown(row) for row in added]
    )


def is_notable(outcome: str) -> bool:
    """Return whether lines with an outcome need attention."""
    return outcome not in ("", SAME, ADDED, COMPLETED)


def _shown(row: Row) -> ShownLine:
    name, key, outcome, words = row
    return ShownLine(file_kinds()[name].in_file.label, key, outcome, words)


class ImportPlan:
    """Compares the lines of a file with what exists; ``may_add`` returns whether the viewer may add an owner."""

    def __init__(
        self, ngnpro: Ngnpro, lines: Sequence[FileLine], *, passwords: bool, may_add: Callable[[FileLine], bool]
    ) -> None:
        self._ngnpro = ngnpro
        self._lines = lines
        self._may_add = may_add
        self._owners = Owners(ngnpro)
        self._entries = Entries(ngnpro, self._owners, secrets=passwords)
        self._present: dict[str, dict[str, Entry]] = {}
        self._finders = {
            kind.name: kind.in_file.holds.finder(ngnpro) for kind in kinds_with(FileRole.HOLDER) if kind.in_file.holds
        }

    def rows(self) -> Iterator[Row]:
        """Iterate over the owners that are missing, and over all lines with their expected outcome."""
        self._fetch_present()
        yield from self._unknown_owners()
        for line in self._lines:
            result = self._foresee(line)
            yield line.kind.name, line.key, result.outcome, result.words

    def summary(self) -> ImportSummary:
        """Return what an import would do."""
        rows = list(self.rows())
        counts = Counter((name, outcome) for name, _key, outcome, _words in rows)
        notable = [row for row in rows if is_notable(row[2])]
        return summary_of(counts, notable[:SHOWN], [row for row in rows if row[2] in (ADDED, COMPLETED)][:SHOWN])

    def _of_kind(self, kind: FileKind) -> list[FileLine]:
        return [line for line in self._lines if line.kind is kind]

    def _fetch_present(self) -> None:
        """Fetch what exists of each kind: contents of the domain as lists, all others one by one."""
        for line in self._lines:
            if line.kind.role is not FileRole.CONTENT:
                self._fetch_one(line)
        (domain,) = self._of_kind(domain_kind())
        for kind in kinds_with(FileRole.CONTENT):
            lines = self._of_kind(kind)
            if lines and (kind.in_file.may_exist_elsewhere or domain_kind().name in self._present):
                self._remember(kind, kind.in_file.of_domain(self._ngnpro, domain.key, PAGE))
            if kind.in_file.may_exist_elsewhere:
                known = self._present.get(kind.name, {})
                for line in [line for line in lines if line.key not in known][:LOOKED_UP]:
                    self._fetch_one(line)

    def _fetch_one(self, line: FileLine) -> None:
        if (found := line.kind.find(self._ngnpro, line.key)) is not None:
            self._remember(line.kind, [found])

    def _remember(self, kind: FileKind, records: Iterable[Any]) -> None:
        """Store what exists by its key; nothing exists of a kind that this NGNPro server does not support."""
        known = self._present.setdefault(kind.name, {})
        try:
            for record in records:
                entry = self._entries.entry_of(kind, record)
                known[kind.in_file.key_of(entry)] = entry
        except errors.NotOffered:
            return

    def _foresee(self, line: FileLine) -> LineResult:
        line, weak = line.settled()
        is_owner = line.kind.role is FileRole.OWNER
        present = self._present.get(line.kind.name, {}).get(line.key)
        if present is None:
            if is_owner and not self._may_add(line):
                return LineResult(MISSING, why_missing(line))
            if without := self._missing_holder(line):
                return LineResult(FAILED, without)
            return LineResult(ADDED).with_words(weak)
        if not is_owner and (names := differing_members(line.kind, line.entry, present)):
            words = _("It exists and differs in %(names)s; it is not changed.") % {"names": ", ".join(names)}
            return LineResult(DIFFERS, words)
        return LineResult(SAME)

    def _missing_holder(self, line: FileLine) -> str:
        """Return a sentence if a line needs a record that holds it and none exists; otherwise an empty string."""
        for kind in kinds_with(FileRole.HOLDER):
            holds = kind.in_file.holds
            if holds is None or holds.held != line.kind.name:
                continue
            in_file = any(holds.covers(holder.entry, line.entry) for holder in self._of_kind(kind))
            if not in_file and self._finders[kind.name](line.entry) is None:
                return str(holds.missing)
        return ""

    def _unknown_owners(self) -> Iterator[Row]:
        """Iterate over the owners that neither exist nor are in the file, except as usernames."""
        kind = owner_kind()
        in_file = {line.key for line in self._of_kind(kind)}
        (identity,) = kind.in_file.key
        for username in sorted({name for line in self._lines if line.kind is not kind for name in line.owners}):
            if username not in in_file and not self._owners.number(username):
                yield kind.name, username, MISSING, why_missing(FileLine(kind, {identity: username}))
