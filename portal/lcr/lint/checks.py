"""The checks beyond those of a single routing plan, in the order in which the page shows what they found."""

from __future__ import annotations

from collections.abc import Callable

from portal.ngnpro import Ngnpro

from .circles import aliases_in_circles, diversions_in_circles
from .ranges import ranges_that_overlap
from .reports import Report

# A check of one reseller's records, or with 0 of all that the viewer may see.
Check = Callable[[Ngnpro, int], Report]
CHECKS: list[Check] = [aliases_in_circles, diversions_in_circles, ranges_that_overlap]


def add_check(check: Check) -> None:
    """Add a check behind the others; for plug-ins. Raises ``ValueError`` if it was added already."""
    if check in CHECKS:
        raise ValueError(f"The check {check.__name__} was added already.")
    CHECKS.append(check)
