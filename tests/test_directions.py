"""Style sheets work in both directions of writing: logical properties instead of left and right."""

from __future__ import annotations

import re

from tests.support.words import ROOT

PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)[\w-]*|left|right"
    r"|border-(?:top|bottom)-(?:left|right)-radius)\s*:|(?<![\w-])(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)
SHORTHAND = re.compile(r"(?<![\w-])(margin|padding|inset|border-width|border-color)\s*:\s*([^;{}]+)")
PART = re.compile(r"(?:[^\s()]|\([^()]*(?:\([^()]*\)[^()]*)*\))+")


def declarations() -> str:
    return (ROOT / "static" / "portal.css").read_text(encoding="utf-8")


def test_no_style_depends_on_left_and_right() -> None:
    """What has no logical property uses --end and --forward, which a page written to the left turns round."""
    assert PHYSICAL.findall(declarations()) == []


def test_no_shorthand_has_other_values_on_the_left_than_on_the_right() -> None:
    found = [match[0] for match in SHORTHAND.finditer(declarations()) if is_lopsided(match[2])]
    assert found == []


def is_lopsided(values: str) -> bool:
    parts = PART.findall(values.replace("!important", ""))
    return len(parts) == 4 and parts[1] != parts[3]


def test_the_checks_find_what_they_are_for() -> None:
    assert PHYSICAL.findall("a { margin-left: 0; left: 1px; text-align: right; border-top-left-radius: 0 }")
    assert not PHYSICAL.findall("a { margin-inline-start: 0; inset-inline-start: 0; --end: right; text-align: end }")
    assert is_lopsided("0 1px 0 calc(1px + (2px))")
    assert not is_lopsided("0 1px 2px")
