"""The table of `make bench`: ratios, goals, and the comparison with the last committed table."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks.__main__ import PARTS
from benchmarks.ratios import Ratio, committed, table


def test_a_ratio_is_compared_with_the_last_committed_one_and_with_its_goal(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(
        "# X\n\n| a | 9.00 | |\n\n## Ratios\n\n| measure | ratio | goal |\n|---|---:|---|\n| a | 2.50 | ≤ 3 |\n\n## Y\n"
    )
    assert committed(page) == {"a": 2.5}
    shown = table([Ratio("a", 3.25, goal=3), Ratio("b", 1.5, at_least=1.2)], committed(page)).splitlines()
    assert shown[2:] == ["| a | 3.25 | ≤ 3 | 2.50 | missed |", "| b | 1.50 | ≥ 1.2 |  |  |"]


@pytest.mark.parametrize("part", PARTS)
def test_every_part_has_ratios(part: str) -> None:
    assert callable(import_module(PARTS[part]).ratios)


def test_the_parts_are_imported_as_make_bench_imports_them_without_settings_of_django() -> None:
    code = f"from importlib import import_module\nfor part in {tuple(PARTS.values())}: import_module(part)"
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    assert subprocess.run([sys.executable, "-c", code], check=False, env=environment).returncode == 0
