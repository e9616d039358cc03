"""`make bench`: runs every part, and prints one table of ratios beside those of the last committed table.

A part is a module with a function ``ratios``. ``python -m benchmarks server pages`` runs these parts only.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from importlib import import_module

from benchmarks.ratios import Ratio, show

PARTS = {"server": "benchmarks.server_ratios", "pages": "benchmarks.pages_ratios", "load": "benchmarks.load"}


def measure(part: str) -> Iterable[Ratio]:
    """Run one part."""
    print(f"Measuring {part} ...", file=sys.stderr)
    ratios: Callable[[], Iterable[Ratio]] = import_module(PARTS[part]).ratios
    return ratios()


def main(words: list[str]) -> None:
    """Run the parts named in the arguments, or all."""
    if unknown := set(words) - PARTS.keys():
        raise SystemExit(f"There is no part {min(unknown)}; the parts are {', '.join(PARTS)}.")
    show([ratio for part in words or PARTS for ratio in measure(part)])


if __name__ == "__main__":
    main(sys.argv[1:])
