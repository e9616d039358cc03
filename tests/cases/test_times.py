"""Times: hours that occur twice or never, days without a midnight, and calls whose length nobody saw."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from ngnpro_wire.facts.weekly_rules import covers
from portal.accounts.calls.log import RECEIVED, CallLine, CallSelection
from portal.accounts.calls.tables.calls import call_outcome, spreadsheet_row
from portal.accounts.forwarding.services.incoming import minutes_of
from portal.core.templatetags.portal import moment
from portal.ngnpro.records import Call

BERLIN = ZoneInfo("Europe/Berlin")
BACK, FORWARD = date(2026, 10, 25), date(2026, 3, 29)


@pytest.mark.parametrize(("hour", "words"), [(0, "02:30 CEST"), (1, "02:30 CET"), (2, "03:30<")])
def test_a_time_that_occurs_twice_is_shown_with_its_zone(hour: int, words: str) -> None:
    with timezone.override(BERLIN):
        assert words in moment(datetime(2026, 10, 25, hour, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", BACK, 25),
        ("Europe/Berlin", FORWARD, 23),
        ("Africa/Cairo", date(2026, 4, 24), 23),  # no midnight: clocks go from 0:00 to 1:00
        ("America/Havana", date(2026, 11, 1), 25),  # two midnights
        ("Pacific/Apia", date(2011, 12, 30), 0),  # the day that Samoa left out
    ],
)
def test_the_calls_of_a_day_are_those_between_its_midnights(zone: str, day: date, hours: int) -> None:
    starts, ends = CallSelection(since=day, until=day).period(ZoneInfo(zone))
    assert ends - starts == hours * 3600
    assert CallSelection(until=day - timedelta(days=1)).period(ZoneInfo(zone))[1] == starts


def test_a_weekly_rule_applies_by_the_clock() -> None:
    night = {
        day: [datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=m) for m in range(180)]
        for day in (BACK, FORWARD)
    }
    covered = {day: sum(covers(127, "02:00", "03:00", at.astimezone(BERLIN)) for at in night[day]) for day in night}
    assert covered == {BACK: 120, FORWARD: 0}


def test_do_not_disturb_until_tomorrow_ends_by_the_clock() -> None:
    for day, hours in ((BACK, 11), (FORWARD, 9)):
        evening = datetime.combine(day - timedelta(days=1), datetime.min.time(), BERLIN).replace(hour=22)
        assert minutes_of("tomorrow", evening) == hours * 60


def test_an_answered_call_of_unknown_length_is_neither_missed_nor_of_no_length() -> None:
    call = Call(from_uri="sip:a@example.com", to_uri="sip:b@example.com", start_time=1, stop_time=9, status=200)
    line = CallLine(RECEIVED, call)
    assert not line.is_missed
    assert call_outcome(line) == "Answered"
    row = spreadsheet_row(line, datetime(2026, 1, 1, tzinfo=UTC))
    assert row[7] == ""
    assert "received" in row
