"""The page of the components, for developers."""

from __future__ import annotations

import re
from pathlib import Path

from django.test import Client, override_settings

from portal.running.design import ACCENTS, GROUNDS, STATES
from tests.support.pages import Page

ROOT = Path(__file__).resolve().parents[2]


def test_the_components_are_shown_in_development_only(client: Client, db: None) -> None:
    assert client.get("/design/").status_code == 404
    with override_settings(DEBUG=True):
        page = Page(client.get("/design/"))
    assert page.response.status_code == 200
    assert [row[0] for row in page.rows()[:2]] == ["Ada Lovelaceada@example.com", "Tom Reyestom@example.com"]
    assert "A number begins with + and its country code" in page.text
    assert page.root.xpath("//*[local-name()='rect']")


def test_every_swatch_is_a_colour_of_the_style_sheet() -> None:
    colours = set(re.findall(r"(?m)^  --([a-z0-9-]+): ", (ROOT / "static/portal.css").read_text()))
    swatches = set(re.findall(r"\.swatch-([a-z0-9-]+) \{", (ROOT / "static/design.css").read_text()))
    assert {*GROUNDS, *ACCENTS, *STATES} <= swatches & colours
