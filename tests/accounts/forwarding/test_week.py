"""A week of rules for callers: who may call when, even if rules overlap."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ngnpro_wire.facts.weekly_rules import minute_of
from portal.accounts.forwarding.choices.week import (
    Week,
    from_stored,
    overlap_messages,
    rows_by_day,
    rows_never_applied,
    to_store,
    uncovered_minutes,
)
from portal.ngnpro.records import PersistentAcceptRule

WORKDAYS, WEEKEND, EVERY_DAY = 31, 96, 127


def rule(days: int, start: str, stop: str, *groups: str) -> PersistentAcceptRule:
    return PersistentAcceptRule(days=days, start=start, stop=stop, groups=groups)


def test_of_overlapping_rows_the_upper_one_counts_and_the_lower_one_is_cut() -> None:
    lunch, work = rule(4, "12:00", "13:00", "nobody"), rule(WORKDAYS, "08:00", "18:00", "friends")
    assert set(to_store(Week(rules=(lunch, work)))) == {
        rule(WORKDAYS - 4, "08:00", "18:00", "friends"),
        rule(4, "08:00", "12:00", "friends"),
        lunch,
        rule(4, "13:00", "18:00", "friends"),
    }
    assert overlap_messages((lunch, work)) == ["Rows 1 and 2 overlap Wed, 12:00 to 13:00: row 1 applies then (No one)."]


def test_a_row_past_midnight_continues_on_the_next_day() -> None:
    night = rule(1 + 64, "22:00", "06:00", "family")
    assert set(to_store(Week(rules=(night,)))) == {
        rule(1 + 64, "22:00", "23:59", "family"),
        rule(1 + 2, "00:00", "06:00", "family"),
    }


@pytest.mark.parametrize("stop", ["00:00", "23:59"])
def test_a_day_ends_at_midnight_however_it_is_written(stop: str) -> None:
    assert to_store(Week(rules=(rule(1, "18:00", stop, "vip"),))) == (rule(1, "18:00", "23:59", "vip"),)


def test_adjacent_equal_changes_become_one() -> None:
    rows = (rule(1, "08:00", "12:00", "vip"), rule(1, "12:00", "14:00", "vip"), rule(1, "13:00", "18:00", "vip"))
    assert to_store(Week(rules=rows)) == (rule(1, "08:00", "18:00", "vip"),)
    assert overlap_messages(rows) == []


def test_the_rest_of_the_week_is_reported_and_read_again() -> None:
    week = Week(rules=(rule(WORKDAYS, "09:00", "17:00", "everybody"),), rest="nobody")
    stored = to_store(week)
    assert set(stored) == {
        rule(WORKDAYS, "09:00", "17:00", "everybody"),
        rule(WORKDAYS, "00:00", "09:00", "nobody"),
        rule(WORKDAYS, "17:00", "23:59", "nobody"),
        rule(WEEKEND, "00:00", "23:59", "nobody"),
    }
    assert from_stored(stored) == week


def test_a_week_with_gaps_is_shown_as_it_is_stored() -> None:
    rules = (rule(WORKDAYS, "09:00", "17:00", "nobody"),)
    assert from_stored(rules) == Week(rules=rules)
    assert from_stored(()) == Week()


def test_rows_that_never_count_are_named() -> None:
    assert rows_never_applied((rule(EVERY_DAY, "00:00", "00:00", "nobody"), rule(1, "08:00", "09:00", "vip"))) == [2]


@pytest.mark.parametrize("text", ["", "8", "24:00", "12:60", "noon"])
def test_an_invalid_time_is_not_guessed(text: str) -> None:
    assert minute_of(text) is None
    assert to_store(Week(rules=(rule(1, text, "10:00", "vip"),))) == ()


times = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
who = st.sampled_from([("everybody",), ("nobody",), ("vip",), ("vip", "family")])
rows = st.lists(
    st.builds(PersistentAcceptRule, days=st.integers(1, 127), start=times, stop=times, groups=who), max_size=6
)


def answers(rules: tuple[PersistentAcceptRule, ...]) -> dict[tuple[int, int], tuple[str, ...]]:
    """Return who may call, for one minute of every quarter of an hour that rules cover."""
    return {
        (bit, minute): rules[piece.row].groups
        for bit, pieces in rows_by_day(rules).items()
        for piece in pieces
        for minute in range(piece.start, piece.stop)
        if minute % 15 == 7
    }


@given(rows, st.sampled_from(["", "everybody", "nobody"]))
@settings(max_examples=60, deadline=None)
def test_stored_rules_have_the_same_meaning_without_overlaps(rules: list[PersistentAcceptRule], rest: str) -> None:
    stored = to_store(Week(rules=tuple(rules), rest=rest))
    assert overlap_messages(stored) == []
    meant, said = answers(tuple(rules)), answers(stored)
    assert {moment: who for moment, who in said.items() if moment in meant} == meant
    if rest and rules:
        assert not any(uncovered_minutes(stored).values())
    else:
        assert said == meant
