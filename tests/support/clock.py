"""A clock that tests set forward."""

from __future__ import annotations

import time

import pytest


class Clock:
    """The time of this process: ``time.time`` and ``time.monotonic`` go on, and ``advance`` sets both forward.

    ``time.sleep`` returns at once and sets the clock forward instead.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = self.back = 0.0
        wall, running = time.time, time.monotonic
        monkeypatch.setattr(time, "time", lambda: wall() + self.ahead - self.back)
        monkeypatch.setattr(time, "monotonic", lambda: running() + self.ahead)
        monkeypatch.setattr(time, "sleep", self.advance)

    def advance(self, seconds: float) -> None:
        self.ahead += seconds

    def set_back(self, seconds: float) -> None:
        """Set the wall clock back, as an administrator does; the monotonic clock goes on."""
        self.back += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)
