"""Bar charts: computes places and sizes, which a template draws as SVG (no script is needed)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH, HEIGHT, GAP = 100.0, 40.0, 0.25
LEAST = 0.6


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its label, its value (``None`` if it is unknown), and its place; ``css`` says how it is coloured."""

    label: str
    value: float | None
    left: float
    width: float
    top: float
    height: float
    css: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars from the oldest to the newest, with the lowest and the highest of their values."""

    bars: tuple[Bar, ...]

    @property
    def known(self) -> list[Bar]:
        """Return the bars whose value is known."""
        return [bar for bar in self.bars if bar.value is not None]

    @property
    def first(self) -> str:
        return self.bars[0].label

    @property
    def last(self) -> str:
        return self.bars[-1].label

    @property
    def lowest(self) -> Bar:
        return min(self.known, key=lambda bar: bar.value or 0)

    @property
    def highest(self) -> Bar:
        return max(self.known, key=lambda bar: bar.value or 0)

    @property
    def over(self) -> int:
        """Return the number of bars over the limit."""
        return sum("is-over" in bar.css for bar in self.bars)

    @property
    def middle(self) -> float:
        """Return the median of the known values."""
        values = sorted(bar.value or 0 for bar in self.known)
        return values[len(values) // 2]


def draw_bars(values: Iterable[tuple[str, float | None]], limit: int = 0) -> Chart | None:
    """Return the chart of values with their labels; ``None`` if none is known. Bars over ``limit`` are marked."""
    pairs = list(values)
    most = max((value for _label, value in pairs if value is not None), default=None)
    if most is None:
        return None
    step = WIDTH / len(pairs)
    return Chart(tuple(_bar(pair, place * step, step, most, limit) for place, pair in enumerate(pairs)))


def _bar(pair: tuple[str, float | None], left: float, step: float, most: float, limit: int) -> Bar:
    label, value = pair
    height = 0.0 if value is None else max(LEAST, HEIGHT * value / max(most, 1))
    css = "is-unknown" if value is None else "is-over" if limit and value > limit else ""
    left, width, top, height = (round(size, 3) for size in (left, step * (1 - GAP), HEIGHT - height, height))
    return Bar(label, value, left, width, top, height, css)
