"""The calls of an account as a person reads them: both directions together, newest first, in windows of one size.

NGNPro lists the newest calls of a period in each direction, and knows no place in that list to go on from. So a window
is a period that ends where the last one did, and costs the same however many calls there are.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.http import QueryDict

from portal.accounts.calls.choices import MISSED, PLACED, RECEIVED
from portal.core.tables import Column, Window
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import Call, CallQuery, Calls, CallsQuery, CallStatistics, SipId

# More than a window needs, for calls that began in the same second.
SPARE = 25
# So many calls of each direction are read at once to find some among them, and to count them by days.
SCAN, COUNTED = 1000, 5000
# On some platforms a call has a first leg with this code, which is not a call of its own (contract: Call.status).
FIRST_LEG = 435
# The largest number that the wire's int holds is in January 2038.
LAST_SECOND, LAST_YEAR = 2**31 - 2, 2037
LONGEST_PERIOD = timedelta(days=366)
USUAL_PERIOD = timedelta(days=29)

_PHONE = re.compile(r"[\d\s()+./*#-]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One call, seen from the account: which direction it had, and who is called what in the phonebook."""

    direction: str
    call: Call
    name: str = ""

    @property
    def mark(self) -> str:
        """Return the call in URLs: when it began, and which of that second it is."""
        text = f"{self.call.session_id}\n{self.call.from_tag}\n{self.direction}"
        return f"{self.call.start_time}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"

    @property
    def uri(self) -> str:
        return self.call.to_uri if self.direction == PLACED else self.call.from_uri

    @property
    def party(self) -> str:
        """The other side's address, without ``sip:`` and parameters."""
        return plain_address(self.uri)

    @property
    def shown_name(self) -> str:
        """Return the other side's name from the phonebook, else the name that the caller sent."""
        return self.name or ("" if self.direction == PLACED else display_name(self.call.from_header))

    @property
    def is_lasting(self) -> bool:
        return not self.call.stop_time and self.call.status < 300

    @property
    def is_missed(self) -> bool:
        return self.direction == RECEIVED and not self.call.duration and not self.is_lasting

    @property
    def order(self) -> tuple[int, str, str, str]:
        return self.call.start_time, self.direction, self.call.session_id, self.call.from_tag

    def is_found_by(self, text: str) -> bool:
        """Return whether a typed name, address or number is in the other side's."""
        wanted = text.strip().casefold()
        if _PHONE.fullmatch(wanted) and (digits := re.sub(r"\D", "", wanted)):
            return digits in re.sub(r"\D", "", self.party.partition("@")[0]) or wanted in self.shown_name.casefold()
        return wanted in self.party.casefold() or wanted in self.shown_name.casefold()


def plain_address(uri: str) -> str:
    """Take ``<sip:…;…>`` off an address; lower-case, as phonebooks keep it."""
    inner = uri.partition("<")[2].partition(">")[0] if "<" in uri else uri
    return re.sub(r"^sips?:", "", inner.strip(), flags=re.IGNORECASE).partition(";")[0].lower()


def display_name(header: str) -> str:
    """Read the name that stands before the address of a From header (RFC 3261, section 20.20)."""
    name = header.partition("<")[0].strip() if "<" in header else ""
    return re.sub(r"\\(.)", r"\1", name.strip('"'))


@dataclass(frozen=True, slots=True)
class Selection:
    """Which calls are wanted: of a kind, of days in the account's time zone, with a text in the other side's name."""

    search: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def is_sought(self) -> bool:
        """Whether calls have to be read to know whether they are wanted."""
        return bool(self.search.strip()) or self.kind in (MISSED, RECEIVED)

    @property
    def directions(self) -> tuple[str, ...]:
        return {PLACED: (PLACED,), RECEIVED: (RECEIVED,), MISSED: (RECEIVED,)}.get(self.kind, (PLACED, RECEIVED))

    def takes(self, line: Line) -> bool:
        if line.direction == PLACED and line.call.status == FIRST_LEG:
            return False
        if self.kind in (MISSED, RECEIVED) and line.is_missed != (self.kind == MISSED):
            return False
        return not self.search.strip() or line.is_found_by(self.search)

    def period(self, zone: tzinfo) -> tuple[int, int]:
        """Return the period in Unix seconds, its end not included; 0 is open."""
        return (
            _midnight(self.since, zone) if self.since else 0,
            _midnight(self.until + timedelta(days=1), zone) if self.until else 0,
        )

    def counted(self, today: date) -> Selection:
        """Return the selection with a beginning and an end, for counts: the last 30 days, or at most a year."""
        until = self.until or max(today, self.since or today)
        since = max(self.since or until - USUAL_PERIOD, until - LONGEST_PERIOD)
        return Selection(self.search, self.kind, since, until)


def _midnight(day: date, zone: tzinfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp())


@dataclass(frozen=True, slots=True)
class Place:
    """Where a window begins: calls that began after ``second`` were shown, and ``shown`` of those in that second."""

    second: int
    shown: int = 0

    def __str__(self) -> str:
        return f"{self.second}.{self.shown}"

    @classmethod
    def parse(cls, text: str) -> Place | None:
        match = re.fullmatch(r"([0-9]{1,10})\.([0-9]{1,3})", text)
        return cls(int(match[1]), int(match[2])) if match and int(match[1]) < LAST_SECOND else None


class CallWindow(Window):
    """Where in the calls the viewer is: ``?before=1768470000.1&size=50``."""

    def __init__(self, params: QueryDict, columns: Iterable[Column] = ()) -> None:
        super().__init__(params, columns, "")
        self.place = Place.parse(params.get("before", ""))

    def url_without(self, name: str) -> str:
        return self.url(**{name: None, "before": None})


@dataclass(frozen=True, slots=True)
class Found:
    """A window of calls; where the next one begins, if any; how far back was searched where not all was."""

    lines: tuple[Line, ...]
    older: Place | None = None
    searched_to: datetime | None = None


Names = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Log:
    """The calls of one account, its days those of ``zone``; ``name_of`` says who has an address."""

    ngnpro: Ngnpro
    sip_id: SipId
    zone: tzinfo
    name_of: Names = lambda _address: ""

    def window(self, selection: Selection, size: int, place: Place | None = None) -> Found:
        """Read the next calls that are wanted: one call to NGNPro, whatever there is."""
        limit = SCAN if selection.is_sought else size + (place.shown if place else 0) + SPARE
        lines, end = self._read(selection, limit, place)
        wanted = _without_shown([line for line in lines if selection.takes(line)], place)
        shown = tuple(wanted[:size])
        if len(wanted) > size:
            return Found(shown, _after(shown, place))
        if end is None:
            return Found(shown)
        searched_to = datetime.fromtimestamp(end.second, UTC) if selection.is_sought else None
        return Found(shown, end, searched_to)

    def everything(self, selection: Selection) -> Iterator[Line]:
        """Read all calls that are wanted, in one call to NGNPro for a thousand."""
        found = self.window(selection, SCAN)
        yield from found.lines
        while found.older:
            found = self.window(selection, SCAN, found.older)
            yield from found.lines

    def counted(self, selection: Selection) -> tuple[list[Line], datetime | None]:
        """Read the calls of a period to count them; with them when they begin, if those before are not among them."""
        lines, end = self._read(selection, COUNTED, None)
        wanted = [line for line in lines if selection.takes(line)]
        return wanted, datetime.fromtimestamp(end.second, UTC) if end else None

    def find(self, mark: str) -> Line | None:
        """Find a call by its mark."""
        started = mark.partition("-")[0]
        place = Place.parse(f"{started}.0")
        if place is None:
            return None
        second = CallQuery(from_date=place.second, to_date=place.second + 1, limit=SCAN)
        calls = self.ngnpro.sip.get_calls(self.sip_id, CallsQuery(placed=second, received=second))
        return next((line for line in self._lines(calls) if line.mark == mark), None)

    def statistics(self, selection: Selection) -> CallStatistics:
        """Count the calls of a period and what they cost."""
        since, until = selection.period(self.zone)
        whole = CallQuery(from_date=since, to_date=until, limit=1)
        return self.ngnpro.sip.get_call_statistics(self.sip_id, CallsQuery(placed=whole, received=whole))

    def _read(self, selection: Selection, limit: int, place: Place | None) -> tuple[list[Line], Place | None]:
        """Read calls from a place on; with them the place where to go on, if there may be more."""
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
        # Of the oldest second some may be missing: it comes whole in the next window.
        certain = [line for line in lines if line.call.start_time > oldest]
        return (certain, Place(oldest)) if certain else (lines, Place(oldest - 1))

    def _lines(self, calls: Calls) -> list[Line]:
        sides = ((PLACED, calls.placed), (RECEIVED, calls.received))
        both = [Line(side, call, self.name_of(side_of(side, call))) for side, listed in sides for call in listed]
        return sorted(both, key=lambda line: line.order, reverse=True)


def side_of(direction: str, call: Call) -> str:
    """Return the other side's address."""
    return plain_address(call.to_uri if direction == PLACED else call.from_uri)


def _without_shown(lines: list[Line], place: Place | None) -> list[Line]:
    if place is None:
        return lines
    same = sum(line.call.start_time == place.second for line in lines)
    return lines[min(place.shown, same) :]


def _after(shown: tuple[Line, ...], place: Place | None) -> Place:
    second = shown[-1].call.start_time
    before = place.shown if place and place.second == second else 0
    return Place(second, before + sum(line.call.start_time == second for line in shown))
