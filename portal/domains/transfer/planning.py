"""What an import would do, found out by looking only: lists are read in pages, and nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ngnpro import Ngnpro, beginning, errors
from portal.ngnpro.records import AliasFilter, EnumRangeFilter, SipFilter

from .document import Entry
from .entries import Entries, Owners
from .exporting import PAGE, numbers_into
from .reading import ACCOUNTS, ALIASES, CUSTOMERS, DOMAIN, NUMBERS, RANGES, Document, Kind
from .storing import (
    ADDED,
    CALLS,
    COMPLETED,
    DIFFERS,
    FAILED,
    MISSING,
    PARTLY,
    SAME,
    Line,
    Result,
    differing,
    lines_of,
    owners_named,
    why_missing,
)

LABELS: dict[str, str | Promise] = {
    CUSTOMERS.name: gettext_lazy("Owners"),
    DOMAIN.name: gettext_lazy("Domain"),
    RANGES.name: gettext_lazy("Number ranges"),
    ACCOUNTS.name: gettext_lazy("Accounts"),
    ALIASES.name: gettext_lazy("Aliases"),
    NUMBERS.name: gettext_lazy("Numbers"),
}
OUTCOMES: dict[str, str | Promise] = {
    ADDED: gettext_lazy("added"),
    COMPLETED: gettext_lazy("completed"),
    SAME: gettext_lazy("there already"),
    DIFFERS: gettext_lazy("left as they are"),
    PARTLY: gettext_lazy("added in part"),
    FAILED: gettext_lazy("not added"),
    MISSING: gettext_lazy("missing"),
}
LOOKED_UP = 200
SHOWN = 500


@dataclass(frozen=True, slots=True)
class Told:
    """One line as a page shows it."""

    label: str | Promise
    key: str
    outcome: str
    words: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Lines counted by kind and outcome, those that there is something to say about, and the first that are added."""

    counts: list[tuple[str | Promise, list[tuple[int, str | Promise]]]]
    told: list[Told]
    more: int
    added: list[Told]


def summary(lines: Iterable[tuple[str, str, str, str]]) -> Summary:
    """Sum up lines, each a kind's name, a key, an outcome and words."""
    counts: Counter[tuple[str, str]] = Counter()
    told: list[Told] = []
    added: list[Told] = []
    said = 0
    for kind, key, outcome, words in lines:
        counts[kind, outcome] += 1
        line = Told(LABELS[kind], key, outcome, words)
        if outcome in (ADDED, COMPLETED):
            added += [line] if len(added) < SHOWN else []
        elif outcome != SAME:
            said += 1
            told += [line] if len(told) < SHOWN else []
    by_kind = [
        (label, [(counts[kind, outcome], OUTCOMES[outcome]) for outcome in OUTCOMES if counts[kind, outcome]])
        for kind, label in LABELS.items()
    ]
    return Summary([pair for pair in by_kind if pair[1]], told, said - len(told), added)


class Plan:
    """Looks for what of a file is there; ``may_add`` says whether the viewer may add the customer of an entry."""

    def __init__(self, ngnpro: Ngnpro, document: Document, may_add: Callable[[Entry], bool]) -> None:
        self._ngnpro = ngnpro
        self._document = document
        self._may_add = may_add
        self._owners = Owners(ngnpro)
        self._entries = Entries(self._owners, secrets=document.passwords)
        self._present: dict[str, dict[str, Entry]] = {}
        self._ranges_by_digit: dict[str, list[str]] = {}

    def summary(self) -> Summary:
        """Say what would become of each line."""
        self._look()
        planned = ((line, self._foresee(line)) for line in lines_of(self._document))
        rows = [(line.kind.name, line.key, result.outcome, result.words) for line, result in planned]
        return summary([*self._unknown_owners(), *rows])

    def _look(self) -> None:
        """Read what is there of each kind: one by one for owners, domain and ranges, the others as lists."""
        document, name = self._document, self._document.name
        lone = [Line(CUSTOMERS, entry) for entry in document.lists[CUSTOMERS.name]]
        lone += [Line(DOMAIN, document.domain), *(Line(RANGES, entry) for entry in document.lists[RANGES.name])]
        for line in lone:
            if (found := CALLS[line.kind.name].find(self._ngnpro, line.entry)) is not None:
                self._remember(line.kind, [found])
        if DOMAIN.name in self._present:
            sip = self._ngnpro.sip
            self._remember(ACCOUNTS, sip.iter_accounts(SipFilter(domain=name), page_size=PAGE))
            self._remember(ALIASES, sip.iter_aliases(AliasFilter(alias_domain=name), page_size=PAGE))
        if document.lists[NUMBERS.name]:
            self._remember(NUMBERS, numbers_into(self._ngnpro, name))
            self._remember(NUMBERS, self._other_numbers())

    def _remember(self, kind: Kind, records: Iterable[Any]) -> None:
        """Keep what is there by its key; of a kind that this NGNPro server does not keep, there is nothing."""
        known = self._present.setdefault(kind.name, {})
        try:
            for record in records:
                entry = self._entries.of(record)
                known[kind.key_of(entry)] = entry
        except errors.NotOffered:
            return

    def _other_numbers(self) -> Iterator[Any]:
        """Look up the file's numbers that do not lead into the domain yet, the first of them."""
        known = self._present[NUMBERS.name]
        unknown = [entry for entry in self._document.lists[NUMBERS.name] if NUMBERS.key_of(entry) not in known]
        for entry in unknown[:LOOKED_UP]:
            if (found := CALLS[NUMBERS.name].find(self._ngnpro, entry)) is not None:
                yield found

    def _foresee(self, line: Line) -> Result:
        line, weak = line.settled()
        present = self._present.get(line.kind.name, {}).get(line.key)
        if present is None:
            if line.kind is CUSTOMERS and not self._may_add(line.entry):
                return Result(MISSING, str(why_missing(line.entry)))
            if line.kind is NUMBERS and not self._lies_in_a_range(line.entry):
                return Result(FAILED, _("It lies in no number range, neither of the file nor of this platform."))
            return Result(ADDED).with_words(weak)
        names = [] if line.kind is CUSTOMERS else differing(line.entry, present)
        if names:
            words = _("It is there and differs in %(names)s; it stays as it is.") % {"names": ", ".join(names)}
            return Result(DIFFERS, words)
        return Result(SAME)

    def _lies_in_a_range(self, entry: Entry) -> bool:
        number, tld = entry["number"], entry["tld"]
        if any(number.startswith(one["prefix"]) and one["tld"] == tld for one in self._document.lists[RANGES.name]):
            return True
        known = self._ranges_by_digit.setdefault(f"{number[:1]}@{tld}", [])
        if not known:
            conditions = EnumRangeFilter(prefix=beginning(number[:1]), tld=tld)
            known += [one.id.prefix for one in self._ngnpro.enum.iter_ranges(conditions, page_size=PAGE)] or ["-"]
        return any(number.startswith(prefix) for prefix in known)

    def _unknown_owners(self) -> Iterator[tuple[str, str, str, str]]:
        """Name the owners of whom the file says nothing but their username, and who are not there."""
        said = {entry["username"] for entry in self._document.lists[CUSTOMERS.name]}
        for username in owners_named(self._document):
            if username not in said and not self._owners.number(username):
                yield CUSTOMERS.name, username, MISSING, str(why_missing({"username": username}))
