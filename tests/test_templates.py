"""The first line of every page template names the context that it reads."""

from __future__ import annotations

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
