"""The id of the request that is being answered, which log lines, NGNPro calls and journal entries carry.

The portal makes one for each page and each task of a worker, and sends it with its NGNPro calls in the HTTP header
``X-Request-Id``. The NGNPro server adopts the header of a client, or makes an id of its own.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

HEADER = "X-Request-Id"
LONGEST = 64
_ACCEPTED = re.compile(rf"[A-Za-z0-9._-]{{1,{LONGEST}}}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """Return the id of the request that this thread answers; empty outside of requests."""
    return _current.get()


def adopted_request_id(given: str) -> str:
    """Return the id that a client has sent, or a new one if it is longer than 64 characters or not an id."""
    return given if _ACCEPTED.fullmatch(given) else secrets.token_hex(8)


@contextmanager
def answering(request_id: str) -> Iterator[str]:
    """Carry this id until the end of the block, in the current thread only."""
    token = _current.set(request_id)
    try:
        yield request_id
    finally:
        _current.reset(token)
