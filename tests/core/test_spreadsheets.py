"""CSV files: no cell is read as a formula or split, and the portal reads its own cells back unchanged."""

from __future__ import annotations

import ast
import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.spreadsheets import csv_response, harmless, unguarded

ROOT = Path(__file__).parents[2]
INVISIBLE = (
    "",
    " ",
    "\u00a0",
    "\u200b",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\u00ad",
    "\u3164",
    "\u2800",
    "\u034f",
    "\x00",
    "\u202e",
)
SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\ufe62", "\uff0d", "\ufe6b")


def cells(header: list[Any], *rows: list[Any]) -> list[list[str]]:
    content = csv_response("x.csv", header, rows).getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline="")))


@pytest.mark.parametrize("invisible", [*INVISIBLE, "\u200b \ufeff"])
@pytest.mark.parametrize("sign", SIGNS)
def test_a_formula_after_invisible_characters_is_recognised(invisible: str, sign: str) -> None:
    assert harmless(f"{invisible}{sign}1+1").startswith("'")
    assert cells([f"{invisible}{sign}x"])[0][0].startswith("'")


@pytest.mark.parametrize("separator", ["\t", "\r", "\n"])
def test_a_text_that_begins_with_a_separator_is_guarded(separator: str) -> None:
    assert harmless(f"{separator}x").startswith("'")


@pytest.mark.parametrize("text", ["", "Ada", "a=b", "O'Brien", "'quoted'", "31=x", "\u200bAda", "''", "ü"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text
    assert unguarded(text) == text


@pytest.mark.parametrize("text", ["+31201234567", "=x", "'=x", "''+31", "@ada", "\u200b=x", "-", "'", "\tx"])
def test_guarded_texts_come_back(text: str) -> None:
    assert unguarded(harmless(text)) == text


@given(st.text(alphabet="'=+-@ \t\r\n\u200b\ufeffa\uff1d"))
def test_every_text_comes_back(text: str) -> None:
    assert unguarded(harmless(text)) == text


def test_numbers_stay_numbers_and_every_cell_is_quoted() -> None:
    content = csv_response("x.csv", ["a;b", "c"], [[-5, "x;y"], [None, 1.5]]).getvalue().decode("utf-8-sig")
    assert content == '"a;b","c"\r\n"-5","x;y"\r\n"","1.5"\r\n'


def test_values_that_are_not_texts_are_guarded_as_text() -> None:
    class Formula:
        def __str__(self) -> str:
            return "=1+1"

    assert cells(["x"], [Formula()])[1] == ["'=1+1"]


def test_there_is_one_writer_of_csv() -> None:
    writers = {
        path
        for path in sorted((ROOT / "portal").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("csv.writer", "csv.DictWriter")
    }
    assert len(writers) == 1
