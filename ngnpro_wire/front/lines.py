"""Log formatters that keep input from breaking, forging or colouring log lines."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
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


class JsonFormatter(logging.Formatter):
    """A formatter that writes a JSON object for each message, in one line: for programs that collect logs.

    Its members: ``time`` (UTC, ISO 8601), ``level``, ``logger``, ``message``, ``request`` (the id of the request that
    is answered, or of the worker's task; absent outside of both) and ``traceback``, if there is one.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; only ASCII characters are in it, so no input can break or colour it."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": current_request_id(),
            "traceback": self.formatException(record.exc_info) if record.exc_info else "",
        }
        return json.dumps({name: value for name, value in line.items() if value or name == "message"})


def _indented(text: str) -> str:
    return "\n".join(f"    {_printable(line)}" for line in text.splitlines())


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
