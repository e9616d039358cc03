"""`make bench`: runs every part, and prints one table of ratios beside those of the last committed table.

A part is a module with a function ``ratios``. ``python -m benchmarks server pages`` runs these parts only.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module

from benchmarks.ratios import Ratio, show

PARTS = {"server": "benchmarks.server_ratios", "pages": "benchmarks.pages_ratios", "load": "benchmarks.load"}


def measure(part: str, ratios: Callable[[], Iterable[Ratio]]) -> Iterator[Ratio]:
    """Run one part; print each ratio when it is known, so that a part that fails does not take the others with it."""
    print(f"Measuring {part} ...", file=sys.stderr)
    for ratio in ratios():
        print(f"  {ratio.measure}: {ratio.value:.2f}", file=sys.stderr)
        yield ratio


def main(words: list[str]) -> None:
    """Run the parts named in the arguments, or all; all are imported before the first one runs."""
    if unknown := set(words) - PARTS.keys():
        raise SystemExit(f"There is no part {min(unknown)}; the parts are {', '.join(PARTS)}.")
    parts = {part: import_module(PARTS[part]).ratios for part in words or PARTS}
    show([ratio for part, ratios in parts.items() for ratio in measure(part, ratios)])


if __name__ == "__main__":
    main(sys.argv[1:])
