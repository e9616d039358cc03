"""A time limit for what must not hang: generous, since no test asserts on clocks."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Hangs(BaseException):
    """Something took longer than its limit; no ``except Exception`` swallows it."""


@contextmanager
def no_longer_than(seconds: float, what: str = "it") -> Iterator[None]:
    """Raise ``Hangs`` in what takes longer. Regular expressions and Python code are interrupted, wherever they are."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise Hangs(f"{what} took longer than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
