"""Ratios within one run, their goals, and the table that compares them with the last one in docs/benchmarks.md."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import machine

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
_ROW = re.compile(r"\| ([^|]+) \| ([0-9.]+) \| [^|]* \|")


@dataclass(frozen=True, slots=True)
class Ratio:
    """One measured ratio; ``goal`` is the highest that is good, or ``at_least`` the lowest."""

    measure: str
    value: float
    goal: float = 0.0
    at_least: float = 0.0

    @property
    def wanted(self) -> str:
        """Return the goal in words, or an empty text."""
        if self.goal:
            return f"≤ {self.goal:g}"
        return f"≥ {self.at_least:g}" if self.at_least else ""

    @property
    def is_met(self) -> bool:
        """Return whether the ratio is as good as its goal."""
        return (not self.goal or self.value <= self.goal) and self.value >= self.at_least


def committed(page: Path = PAGE) -> dict[str, float]:
    """Return the ratios of the last committed table, by measure."""
    text = page.read_text(encoding="utf-8").partition("## Ratios")[2].partition("\n## ")[0]
    return {match[1].strip(): float(match[2]) for match in _ROW.finditer(text)}


def table(ratios: Iterable[Ratio], last: dict[str, float]) -> str:
    """Return the rows as Markdown, the first three columns as docs/benchmarks.md has them."""
    lines = ["| measure | ratio | goal | last | |", "|---|---:|---|---:|---|"]
    for ratio in ratios:
        before = f"{last[ratio.measure]:.2f}" if ratio.measure in last else ""
        missed = "" if ratio.is_met else "missed"
        lines.append(f"| {ratio.measure} | {ratio.value:.2f} | {ratio.wanted} | {before} | {missed} |")
    return "\n".join(lines)


def show(ratios: Iterable[Ratio]) -> None:
    """Print the machine and the table."""
    print(f"{machine()}\n\n{table(ratios, committed())}")
