"""Weekly rules for callers: resolves overlaps, splits rules at midnight and fills the rest of the week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ngnpro_wire.facts.weekly_rules import DAY_MINUTES, Span, covered_spans, minute_of
from portal.accounts.forwarding.choices.incoming import DAYS, days_in_words, groups_in_words
from portal.ngnpro.records import PersistentAcceptRule
from portal.ngnpro.records.base import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Week(Record):
    """The weekly rules as a person writes them: an upper row takes precedence over a lower one.

    ``rest``: who may call at times that no row covers: ``everybody``, ``nobody``, or empty if not set.
    """

    rules: tuple[PersistentAcceptRule, ...] = ()
    rest: str = ""


@dataclass(frozen=True, slots=True)
class DayPiece:
    """A part of one day: start minute, exclusive stop minute, and the row that applies."""

    start: int
    stop: int
    row: int


def rule_spans(rule: PersistentAcceptRule) -> Iterator[tuple[int, Span]]:
    """Yield the parts of days that a rule covers, as day bit and minutes."""
    return covered_spans(rule.days, rule.start, rule.stop)


def _without(span: Span, taken: Iterable[Span]) -> list[Span]:
    """Return the parts of a span that are not taken."""
    left = [span]
    for start, stop in taken:
        left = [
            piece
            for low, high in left
            for piece in ((low, min(high, start)), (max(low, stop), high))
            if piece[0] < piece[1]
        ]
    return left


def rows_by_day(rules: Sequence[PersistentAcceptRule]) -> dict[int, list[DayPiece]]:
    """Return for each day which row applies when; the upper row takes precedence."""
    days: dict[int, list[DayPiece]] = {bit: [] for bit in DAYS}
    for row, rule in enumerate(rules):
        for bit, span in rule_spans(rule):
            taken = [(piece.start, piece.stop) for piece in days[bit]]
            days[bit] += [DayPiece(start, stop, row) for start, stop in _without(span, taken) if start < stop]
    return days


def uncovered_minutes(rules: Sequence[PersistentAcceptRule]) -> dict[int, list[Span]]:
    """Return for each day the minutes that no row covers."""
    return {
        bit: _without((0, DAY_MINUTES), [(piece.start, piece.stop) for piece in pieces])
        for bit, pieces in rows_by_day(rules).items()
    }


def to_store(week: Week) -> tuple[PersistentAcceptRule, ...]:
    """Return equivalent rules without overlaps, so that the result does not depend on the server's precedence."""
    found: dict[tuple[tuple[str, ...], Span], int] = {}
    for groups, bit, span in sorted(_pieces(week), key=lambda piece: (piece[0] == (week.rest,), piece[2], piece[1])):
        found[groups, span] = found.get((groups, span), 0) | bit
    return tuple(
        PersistentAcceptRule(days=mask, start=_time(start), stop=_time(stop), groups=groups)
        for (groups, (start, stop)), mask in found.items()
    )


def _pieces(week: Week) -> Iterator[tuple[tuple[str, ...], int, Span]]:
    """Yield who may call on which day and when; adjacent spans with the same groups are merged."""
    for bit, pieces in rows_by_day(week.rules).items():
        said = [((piece.start, piece.stop), week.rules[piece.row].groups) for piece in pieces]
        if week.rest and week.rules:
            said += [(span, (week.rest,)) for span in uncovered_minutes(week.rules)[bit]]
        joined: list[tuple[Span, tuple[str, ...]]] = []
        for (start, stop), groups in sorted(said):
            if joined and joined[-1][0][1] == start and set(joined[-1][1]) == set(groups):
                joined[-1] = ((joined[-1][0][0], stop), joined[-1][1])
            else:
                joined.append(((start, stop), groups))
        yield from ((groups, bit, span) for span, groups in joined)


def from_stored(rules: Sequence[PersistentAcceptRule]) -> Week:
    """Convert stored rules to a week; if they have no gaps and overlaps, rows of one keyword become ``rest``."""
    whole = bool(rules) and not any(uncovered_minutes(rules).values()) and not overlap_messages(rules)
    for rest in ("nobody", "everybody"):
        others = tuple(rule for rule in rules if tuple(rule.groups) != (rest,))
        if whole and others and len(others) < len(rules):
            return Week(rules=others, rest=rest)
    return Week(rules=tuple(rules))


def overlap_messages(rules: Sequence[PersistentAcceptRule]) -> list[str]:
    """Return messages about rows that contradict each other, and which row applies."""
    found: dict[tuple[int, int, Span], int] = {}
    for lower, rule in enumerate(rules):
        for upper in range(lower):
            if set(rules[upper].groups) == set(rule.groups):
                continue
            for bit, span in _common(rules[upper], rule):
                found[upper, lower, span] = found.get((upper, lower, span), 0) | bit
    return [
        _("Rows %(upper)s and %(lower)s overlap %(days)s, %(start)s to %(stop)s: row %(upper)s applies then (%(who)s).")
        % {
            "upper": upper + 1,
            "lower": lower + 1,
            "days": days_in_words(mask),
            "start": _time(span[0]),
            "stop": _time(span[1]),
            "who": groups_in_words(rules[upper].groups),
        }
        for (upper, lower, span), mask in found.items()
    ]


def _common(one: PersistentAcceptRule, other: PersistentAcceptRule) -> Iterator[tuple[int, Span]]:
    for bit, (start, stop) in rule_spans(one):
        for day, (low, high) in rule_spans(other):
            if day == bit and max(start, low) < min(stop, high):
                yield bit, (max(start, low), min(stop, high))


def rows_never_applied(rules: Sequence[PersistentAcceptRule]) -> list[int]:
    """Return the numbers of rows that upper rows cover completely, so that they never apply."""
    deciding = {piece.row for pieces in rows_by_day(rules).values() for piece in pieces}
    return [row + 1 for row in range(len(rules)) if row not in deciding]


def in_words(rule: PersistentAcceptRule) -> str:
    """Format a rule as one line of text."""
    whole = minute_of(rule.start) == 0 and minute_of(rule.stop) in (0, DAY_MINUTES - 1)
    when = _("all day") if whole else f"{rule.start}–{rule.stop}"
    return f"{days_in_words(rule.days)} {when}: {groups_in_words(rule.groups)}"


def _time(minute: int) -> str:
    return "23:59" if minute >= DAY_MINUTES else f"{minute // 60:02}:{minute % 60:02}"
