"""Log lines that no input from outside can break, forge or colour."""

from __future__ import annotations

import logging
from typing import Any


class LineFormatter(logging.Formatter):
    """Writes one line for each message; lines of a traceback follow indented.

    Whatever is not printable (line breaks, control characters, escape sequences of terminals, marks that turn the
    direction of writing) is shown as Python would write it in a literal: ``\\n``, ``\\x1b``.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """Write the line itself."""
        return _printable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """Write a traceback; texts of exceptions may hold input, too."""
        return _indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802
        """Write where a message came from."""
        return _indented(super().formatStack(stack_info))


def _indented(text: str) -> str:
    return "\n".join(f"    {_printable(line)}" for line in text.splitlines())


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
