"""The portal for `make bench-pages`, with an additional header with the times of each page's parts.

Each part counts only its own time: a call to NGNPro during the rendering of a template counts as a call.
"""

from __future__ import annotations

import functools
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.template.base import Template

from portal.ngnpro.gate import Gate
from portal.ngnpro.ports.base import Port
from portal.running import web
from portal.wsgi import application as portal

HEADER = "X-Parts"
CALL, DECODE, VIEW, TEMPLATE = "call", "decode", "view", "template"


class Clock(threading.local):
    """The wall-clock and CPU times, in seconds, of the parts of the request that this thread serves."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Reset all times, at the beginning of a request."""
        self.parts: dict[str, list[float]] = {}
        self.calls = 0
        self._open: list[str] = []
        self._since = (0.0, 0.0)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the time within the block for a part, and not for the part around it."""
        self._switch()
        self._open.append(name)
        try:
            yield
        finally:
            self._switch()
            self._open.pop()

    def _switch(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        if self._open:
            spent = self.parts.setdefault(self._open[-1], [0.0, 0.0])
            for index, since in enumerate(self._since):
                spent[index] += now[index] - since
        self._since = now


clock = Clock()


def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function wrapped so that its time counts for a part."""

    @functools.wraps(function)
    def wrapped(*words: Any, **named: Any) -> Any:
        clock.calls += name == CALL
        with clock.part(name):
            return function(*words, **named)

    return wrapped


Gate.call = counted(CALL, Gate.call)  # type: ignore[method-assign]
Gate._decode = counted(DECODE, Gate._decode)  # type: ignore[method-assign]
Port._record = counted(DECODE, Port._record)  # type: ignore[method-assign]
Port._page = counted(DECODE, Port._page)  # type: ignore[method-assign]
Template.render = counted(TEMPLATE, Template.render)  # type: ignore[method-assign]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Serve a request, and add a header with the times of its parts in milliseconds."""
    clock.begin()
    started: list[Any] = []
    with clock.part(VIEW):
        answer = portal(environ, lambda *words: started.append(words))
    status, headers, *rest = started[-1]
    spent = {name: [1000 * seconds for seconds in pair] for name, pair in clock.parts.items()}
    start_response(status, [*headers, (HEADER, json.dumps({"calls": clock.calls, **spent}))], *rest)
    return answer


if __name__ == "__main__":
    web._load = lambda: application  # the rest of the program is the portal's own
    web.main()
