"""The typeface of pages: which files it has, and that they have the letters that pages write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

from portal.core.typeface import SCRIPTS, WEIGHTS, code_points, file_names, folder_of_fonts, make_fonts
from tests.support.words import ROOT

STYLES = (ROOT / "static" / "portal.css").read_text(encoding="utf-8")
FACE = re.compile(r"@font-face \{[^}]*url\(\"fonts/sans-(\d+)-(\w+)\.woff2\"\)[^}]*unicode-range: ([^;]+);")
# Signs that the typeface does not have, which messages take from the system's fonts.
SYSTEM_SIGNS: set[str] = set()


@pytest.fixture(scope="module")
def fonts() -> Path:
    make_fonts(folder_of_fonts())
    return folder_of_fonts()


def letters_of(file: Path) -> set[int]:
    with TTFont(file) as font:
        return set(font.getBestCmap())


def test_the_style_sheet_names_every_file_with_the_letters_that_it_has() -> None:
    declared = {(weight, script): ranges for weight, script, ranges in FACE.findall(STYLES)}
    in_css = {script: ", ".join(f"U+{first:X}-{last:X}" for first, last in SCRIPTS[script]) for script in SCRIPTS}
    assert declared == {(weight, script): in_css[script] for weight in WEIGHTS for script in SCRIPTS}


def test_each_file_has_only_letters_of_its_script(fonts: Path) -> None:
    for name, _source, script in file_names():
        found = letters_of(fonts / name)
        assert found
        assert found <= set(code_points(script)), name


def test_every_message_of_every_language_is_written_in_the_first_file(fonts: Path) -> None:
    there = letters_of(fonts / "sans-400-latin.woff2")
    catalogues = list((ROOT / "portal" / "locale").glob("*/LC_MESSAGES/*.po"))
    assert len(catalogues) > 3
    missing = set()
    for catalogue in catalogues:
        with catalogue.open("rb") as file:
            for message in read_po(file):
                texts = message.string if isinstance(message.string, list | tuple) else [message.string]
                missing |= {one for text in texts for one in text or "" if one.isprintable() and ord(one) not in there}
    assert missing <= SYSTEM_SIGNS


def test_both_weights_of_the_usual_letters_weigh_less_than_a_picture(fonts: Path) -> None:
    assert sum((fonts / f"sans-{weight}-latin.woff2").stat().st_size for weight in WEIGHTS) < 30_000


def test_numbers_stand_below_each_other(fonts: Path) -> None:
    with TTFont(fonts / "sans-400-latin.woff2") as font:
        names = font.getBestCmap()
        assert len({font["hmtx"][names[ord(digit)]][0] for digit in "0123456789"}) == 1


def test_the_finder_finds_the_files_and_no_others(fonts: Path) -> None:
    assert finders.find("fonts/sans-600-latin.woff2") == str(fonts / "sans-600-latin.woff2")
    for path in ("fonts/sans-600-arabic.woff2", "fonts/sans-600-latin.ttf", "sans-600-latin.woff2"):
        assert finders.find(path) is None


@pytest.mark.parametrize("script", ["Arabic", "Hebrew", "Thai", "CJK SC", "CJK JP"])
def test_scripts_that_it_lacks_are_written_in_fonts_that_are_named(script: str) -> None:
    (families,) = re.findall(r"--sans: ([^;]+);", STYLES)
    assert families.startswith('"Portal Sans", ')
    assert f'"Noto Sans {script}"' in families
