"""Reports of calls: names, seconds and outcomes, for the journal and for metrics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallReport:
    """The report of a call: names, seconds and outcome, never a value.

    ``outcome``: ``ok``, ``refused <code>``, or the name of the outage's class.
    """

    engine: str
    port: str
    operation: str
    seconds: float
    outcome: str


# They are told of every message of this process, a batch as one; ``Ngnpro``'s ``on_call`` of each call.
OBSERVERS: list[Callable[[CallReport], None]] = []
