"""A time limit for code that must not hang; it is generous, since no test asserts on clocks."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Hangs(BaseException):
    """Raised when something took longer than its limit; ``except Exception`` does not catch it."""


@contextmanager
def no_longer_than(seconds: float, what: str = "it") -> Iterator[None]:
    """Raise ``Hangs`` if the block takes longer; this interrupts Python code and regular expressions."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise Hangs(f"{what} took longer than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
