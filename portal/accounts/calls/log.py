"""The call log of an account: both directions merged, newest first, in windows of a fixed size.

NGNPro lists the newest calls of a period in each direction and has no offset for paging. Therefore each window is a
period that ends where the previous window stopped; its cost does not depend on the total number of calls.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.http import QueryDict

from ngnpro_wire.facts.display_names import bare_address, split_header
from portal.accounts.calls.choices import MISSED, PLACED, RECEIVED
from portal.core.tables import Column, Window
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import Call, CallQuery, Calls, CallsQuery, CallStatistics, SipId

# Extra calls to fetch per window, because several calls can start in the same second.
SPARE = 25
# The number of calls of each direction to fetch at once for a search, and for counts per day.
SCAN, COUNTED = 1000, 5000
# On some platforms a call has a first leg with this status, which is not a separate call (contract: Call.status).
FIRST_LEG = 435
# The 32-bit int on the wire ends in January 2038.
LAST_SECOND, LAST_YEAR = 2**31 - 2, 2037
LONGEST_PERIOD = timedelta(days=366)
USUAL_PERIOD = timedelta(days=29)

_PHONE = re.compile(r"[\d\s()+./*#-]+")


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call from the account's point of view: direction, call data, and the other party's name in the phonebook."""

    direction: str
    call: Call
    name: str = ""

    @property
    def mark(self) -> str:
        """Return the call's identifier for URLs: its start time and a hash that is unique within that second."""
        text = f"{self.call.session_id}\n{self.call.from_tag}\n{self.direction}"
        return f"{self.call.start_time}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"

    @property
    def uri(self) -> str:
        return self.call.to_uri if self.direction == PLACED else self.call.from_uri

    @property
    def party(self) -> str:
        """Return the other party's address, without ``sip:`` and parameters."""
        return plain_address(self.uri)

    @property
    def shown_name(self) -> str:
        """Return the other party's name from the phonebook, else the name that the caller sent."""
        return self.name or ("" if self.direction == PLACED else display_name(self.call.from_header))

    @property
    def is_lasting(self) -> bool:
        return not self.call.stop_time and self.call.status < 300

    @property
    def is_missed(self) -> bool:
        return self.direction == RECEIVED and not self.is_answered and not self.is_lasting

    @property
    def is_answered(self) -> bool:
        """Whether somebody answered; the length of a call is unknown if no proxy saw its end."""
        return bool(self.call.duration) or 200 <= self.call.status < 300

    @property
    def has_unknown_length(self) -> bool:
        return self.is_answered and not self.is_lasting and not self.call.duration

    @property
    def order(self) -> tuple[int, str, str, str]:
        return self.call.start_time, self.direction, self.call.session_id, self.call.from_tag

    def is_found_by(self, text: str) -> bool:
        """Return whether the other party's name, address or number contains the typed text."""
        wanted = text.strip().casefold()
        if _PHONE.fullmatch(wanted) and (digits := re.sub(r"\D", "", wanted)):
            return digits in re.sub(r"\D", "", self.party.partition("@")[0]) or wanted in self.shown_name.casefold()
        return wanted in self.party.casefold() or wanted in self.shown_name.casefold()


def plain_address(uri: str) -> str:
    """Return an address without ``<sip:…;…>``, in lower case as phonebooks store it."""
    return re.sub(r"^sips?:", "", bare_address(uri).strip(), flags=re.IGNORECASE).partition(";")[0].lower()


def display_name(header: str) -> str:
    """Return the display name of a From header (RFC 3261, section 20.20)."""
    return split_header(header)[0]


@dataclass(frozen=True, slots=True)
class CallSelection:
    """A filter for calls: search text, kind, and first and last day in the account's time zone."""

    search: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def is_sought(self) -> bool:
        """Return whether calls have to be fetched before the filter can be applied to them."""
        return bool(self.search.strip()) or self.kind in (MISSED, RECEIVED)

    @property
    def directions(self) -> tuple[str, ...]:
        return {PLACED: (PLACED,), RECEIVED: (RECEIVED,), MISSED: (RECEIVED,)}.get(self.kind, (PLACED, RECEIVED))

    def takes(self, line: CallLine) -> bool:
        if line.direction == PLACED and line.call.status == FIRST_LEG:
            return False
        if self.kind in (MISSED, RECEIVED) and line.is_missed != (self.kind == MISSED):
            return False
        return not self.search.strip() or line.is_found_by(self.search)

    def period(self, zone: tzinfo) -> tuple[int, int]:
        """Return the start and the exclusive end of the period in Unix seconds; 0 means unlimited."""
        return (
            _midnight(self.since, zone) if self.since else 0,
            _midnight(self.until + timedelta(days=1), zone) if self.until else 0,
        )

    def counted(self, today: date) -> CallSelection:
        """Return the selection with a start and an end, for counts: 30 days by default, about a year at most."""
        until = self.until or max(today, self.since or today)
        since = max(self.since or until - USUAL_PERIOD, until - LONGEST_PERIOD)
        return CallSelection(self.search, self.kind, since, until)


def _midnight(day: date, zone: tzinfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp())


@dataclass(frozen=True, slots=True)
class LogPlace:
    """The start of a window: calls after ``second`` were shown already, and ``shown`` calls within that second."""

    second: int
    shown: int = 0

    def __str__(self) -> str:
        return f"{self.second}.{self.shown}"

    @classmethod
    def parse(cls, text: str) -> LogPlace | None:
        match = re.fullmatch(r"([0-9]{1,10})\.([0-9]{1,3})", text)
        return cls(int(match[1]), int(match[2])) if match and int(match[1]) < LAST_SECOND else None


class CallWindow(Window):
    """The viewer's position in the call log, from the URL: ``?before=1768470000.1&size=50``."""

    def __init__(self, params: QueryDict, columns: Iterable[Column] = ()) -> None:
        super().__init__(params, columns, "")
        self.place = LogPlace.parse(params.get("before", ""))

    def url_without(self, name: str) -> str:
        return self.url(**{name: None, "before": None})


@dataclass(frozen=True, slots=True)
class FoundCalls:
    """A window of calls, the start of the next window if any, and the time back to which a partial search reached."""

    lines: tuple[CallLine, ...]
    older: LogPlace | None = None
    searched_to: datetime | None = None


Names = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class CallLog:
    """The call log of one account in the time zone ``zone``; ``name_of`` returns the name for an address."""

    ngnpro: Ngnpro
    sip_id: SipId
    zone: tzinfo
    name_of: Names = lambda _address: ""

    def window(self, selection: CallSelection, size: int, place: LogPlace | None = None) -> FoundCalls:
        """Fetch the next window of matching calls, always with one request to NGNPro."""
        limit = SCAN if selection.is_sought else size + (place.shown if place else 0) + SPARE
        lines, end = self._read(selection, limit, place)
        wanted = _without_shown([line for line in lines if selection.takes(line)], place)
        shown = tuple(wanted[:size])
        if len(wanted) > size:
            return FoundCalls(shown, _after(shown, place))
        if end is None:
            return FoundCalls(shown)
        searched_to = datetime.fromtimestamp(end.second, UTC) if selection.is_sought else None
        return FoundCalls(shown, end, searched_to)

    def everything(self, selection: CallSelection) -> Iterator[CallLine]:
        """Yield all matching calls, with one request to NGNPro per thousand."""
        found = self.window(selection, SCAN)
        yield from found.lines
        while found.older:
            found = self.window(selection, SCAN, found.older)
            yield from found.lines

    def counted(self, selection: CallSelection) -> tuple[list[CallLine], datetime | None]:
        """Return the calls of a period for counting, and since when they are complete if older ones are missing."""
        lines, end = self._read(selection, COUNTED, None)
        wanted = [line for line in lines if selection.takes(line)]
        return wanted, datetime.fromtimestamp(end.second, UTC) if end else None

    def find(self, mark: str) -> CallLine | None:
        """Return the call with this mark, or ``None``."""
        started = mark.partition("-")[0]
        place = LogPlace.parse(f"{started}.0")
        if place is None:
            return None
        # a server that stores parts of seconds may have rounded the time that it returned
        around = CallQuery(from_date=max(place.second - 1, 1), to_date=place.second + 2, limit=SCAN)
        calls = self.ngnpro.sip.get_calls(self.sip_id, CallsQuery(placed=around, received=around))
        return next((line for line in self._lines(calls) if line.mark == mark), None)

    def statistics(self, selection: CallSelection) -> CallStatistics:
        """Fetch the number and the cost of the calls of a period."""
        since, until = selection.period(self.zone)
        whole = CallQuery(from_date=since, to_date=until, limit=1)
        return self.ngnpro.sip.get_call_statistics(self.sip_id, CallsQuery(placed=whole, received=whole))

    def _read(
        self, selection: CallSelection, limit: int, place: LogPlace | None
    ) -> tuple[list[CallLine], LogPlace | None]:
        """Return calls from a place on, and the place to continue from if there may be more, else ``None``."""
        since, until = selection.period(self.zone)
        if place:
            until = min(until or place.second + 1, place.second + 1)
        query = CallQuery(from_date=since, to_date=until, limit=limit)
        asked = CallsQuery(
            placed=query if PLACED in selection.directions else None,
            received=query if RECEIVED in selection.directions else None,
        )
        calls = self.ngnpro.sip.get_calls(self.sip_id, asked)
        oldest = max((side[-1].start_time for side in (calls.placed, calls.received) if len(side) >= limit), default=0)
        lines = [line for line in self._lines(calls) if not until or line.call.start_time < until]
        if not oldest:
            return lines, None
        # Some calls of the oldest second may be missing, so the next window contains that second completely.
        certain = [line for line in lines if line.call.start_time > oldest]
        return (certain, LogPlace(oldest)) if certain else (lines, LogPlace(oldest - 1))

    def _lines(self, calls: Calls) -> list[CallLine]:
        sides = ((PLACED, calls.placed), (RECEIVED, calls.received))
        both = [CallLine(side, call, self.name_of(side_of(side, call))) for side, listed in sides for call in listed]
        return sorted(both, key=lambda line: line.order, reverse=True)


def side_of(direction: str, call: Call) -> str:
    """Return the other party's address."""
    return plain_address(call.to_uri if direction == PLACED else call.from_uri)


def _without_shown(lines: list[CallLine], place: LogPlace | None) -> list[CallLine]:
    if place is None:
        return lines
    same = sum(line.call.start_time == place.second for line in lines)
    return lines[min(place.shown, same) :]


def _after(shown: tuple[CallLine, ...], place: LogPlace | None) -> LogPlace:
    second = shown[-1].call.start_time
    before = place.shown if place and place.second == second else 0
    return LogPlace(second, before + sum(line.call.start_time == second for line in shown))
