"""A log formatter that keeps input from breaking, forging or colouring log lines."""

from __future__ import annotations

import logging
from typing import Any

from ngnpro_wire.request_ids import current_request_id


class LineFormatter(logging.Formatter):
    """A formatter that writes one line for each message, followed by the indented lines of a traceback.

    Characters that are not printable (line breaks, control characters, terminal escape sequences, marks for the writing
    direction) are escaped as in a Python literal: ``\\n``, ``\\x1b``.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """Return the line of a message, followed by the id of the request that it is about."""
        line = _printable(super().formatMessage(record))
        request_id = current_request_id()
        return f"{line} [{request_id}]" if request_id else line

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """Return an indented traceback; it is escaped too, because texts of exceptions may contain input."""
        return _indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802
        """Return the indented stack of a message."""
        return _indented(super().formatStack(stack_info))


def _indented(text: str) -> str:
    return "\n".join(f"    {_printable(line)}" for line in text.splitlines())


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
