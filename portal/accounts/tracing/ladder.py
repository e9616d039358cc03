"""The ladder of a trace: one column for each address, and an arrow for each message; a template draws it as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.accounts.tracing.packets import Packet

COLUMN, ROW, TOP, HEAD = 176, 46, 56, 7
MOST_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class LadderColumn:
    """The line of one address: its position, and the shortened text above it."""

    host: str
    x: int

    @property
    def label(self) -> str:
        return self.host if len(self.host) <= 23 else f"{self.host[:22]}…"


@dataclass(frozen=True, slots=True)
class Arrow:
    """The arrow of one message, from ``start`` to ``end`` at the height ``y``; the points of its head; its label."""

    packet: Packet
    start: int
    end: int
    y: int

    @property
    def head(self) -> str:
        back = self.end - HEAD if self.end >= self.start else self.end + HEAD
        return f"{self.end},{self.y} {back},{self.y - 4} {back},{self.y + 4}"

    @property
    def middle(self) -> int:
        return (self.start + self.end) // 2

    @property
    def label(self) -> str:
        """Return the beginning of the first line, without the version and without the address of a request."""
        first, _space, rest = self.packet.title.partition(" ")
        return (rest if first.startswith("SIP/") else first)[:24]


@dataclass(frozen=True, slots=True)
class Ladder:
    """A ladder; ``hidden`` messages are between addresses for which there is no column: only the table has them."""

    columns: tuple[LadderColumn, ...]
    arrows: tuple[Arrow, ...]
    hidden: int

    @property
    def width(self) -> int:
        return len(self.columns) * COLUMN

    @property
    def height(self) -> int:
        return TOP + len(self.arrows) * ROW + 12

    @property
    def line_top(self) -> int:
        return TOP - 20


def draw_ladder(packets: Sequence[Packet]) -> Ladder:
    """Build the ladder of a trace; columns are in the order in which the addresses first occur."""
    hosts = list(dict.fromkeys(end.host for one in packets for end in (one.sender, one.receiver)))[:MOST_COLUMNS]
    columns = {host: place * COLUMN + COLUMN // 2 for place, host in enumerate(hosts)}
    shown = [one for one in packets if one.sender.host in columns and one.receiver.host in columns]
    arrows = (
        Arrow(one, start := columns[one.sender.host], _end(start, columns[one.receiver.host]), TOP + place * ROW + 24)
        for place, one in enumerate(shown)
    )
    lines = tuple(LadderColumn(host, x) for host, x in columns.items())
    return Ladder(lines, tuple(arrows), len(packets) - len(shown))


def _end(start: int, end: int) -> int:
    """Return where an arrow ends; one to the same address is short."""
    return end if end != start else start + COLUMN // 4
