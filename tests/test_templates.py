"""The first line of every page template names the context that it reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.template_context import context_of, header_of

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_the_first_line_names_what_the_template_reads(path: Path) -> None:
    assert header_of(path.read_text()) == context_of(path)


def test_notices_are_the_portals_own_and_not_bootstraps_which_stay_light_in_the_dark() -> None:
    assert [path for path in (ROOT / "templates").rglob("*.html") if 'class="alert' in path.read_text()] == []


ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
BODY = re.compile(r"<tbody\b.*?</tbody>", re.DOTALL)


@pytest.mark.parametrize("path", [path for path in PAGES if "<tbody" in path.read_text()], ids=lambda path: path.stem)
def test_each_row_of_a_table_is_named_by_one_of_its_cells(path: Path) -> None:
    rows = [row for body in BODY.findall(path.read_text()) for row in ROW.findall(body) if row.count("<td") > 1]
    assert [row for row in rows if 'scope="row"' not in row] == []
