"""A log entry stays on one line, whatever text it contains."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from ngnpro_wire.front.lines import JsonFormatter, LineFormatter
from ngnpro_wire.request_ids import answering

FORMATTER = LineFormatter("%(levelname)s %(name)s: %(message)s")


def written(message: str, *arguments: object, error: BaseException | None = None) -> str:
    seen = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("portal", logging.INFO, __file__, 1, message, arguments, seen, sinfo=None)
    return FORMATTER.format(record)


@pytest.mark.parametrize(
    "sign", [*map(chr, range(32)), *map(chr, range(127, 160)), "\u2028", "\u2029", "\u202e", "\udc80"]
)
def test_no_sign_that_is_not_printable_gets_into_a_line(sign: str) -> None:
    line = written("signed in: %s", f"ada{sign}INFO portal: forged")
    assert line.isprintable()
    assert line.startswith("INFO portal: signed in: ada\\")


def test_other_signs_stay_as_they_are() -> None:
    assert written("%s", "Ærøskøbing 東京 +31 (0)20 \\n") == "INFO portal: Ærøskøbing 東京 +31 (0)20 \\n"


def test_lines_of_a_traceback_are_indented_and_hold_no_controls() -> None:
    try:
        raise ValueError("x\nINFO portal: forged\r\x1b[2J\x85INFO portal: forged")
    except ValueError:
        text = written("failed", error=sys.exception())
    first, *rest = text.split("\n")
    assert first == "INFO portal: failed"
    assert rest
    assert all(line.startswith("    ") and line.isprintable() for line in rest)


def test_json_lines_have_the_request_and_cannot_be_broken_by_input() -> None:
    try:
        raise ValueError("x\n\x1b[2J")
    except ValueError:
        failure = sys.exc_info()
    record = logging.LogRecord("portal", logging.ERROR, "", 1, "No account %s", ("x\nforged \u202e",), failure)
    with answering("abc"):
        line = JsonFormatter().format(record)
    assert line.isascii()
    assert line.isprintable()
    read = json.loads(line)
    assert (read["message"], read["request"], read["level"]) == ("No account x\nforged \u202e", "abc", "ERROR")
    assert "ValueError" in read["traceback"]
    assert read["time"].endswith("+00:00")
    assert "request" not in json.loads(JsonFormatter().format(record))
