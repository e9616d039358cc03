"""Blocked accounts: their properties say who blocked them, and only the same level or a higher one may unblock them.

``blocked_by`` is ``customer`` or ``reseller`` (contract: account properties), where ``reseller`` stands for every level
above a customer. ``blocked_by_operator`` is ours: ``1`` for the operator's blocks, ``0`` for the reseller's. Other
clients ignore it. A block that does not have it, because another client made it, may be the operator's: nobody below
lifts it.
"""

from __future__ import annotations

from collections.abc import Mapping

GROUP, NOTE, MARK = "blocked", "blocked_by", "blocked_by_operator"
BY_CUSTOMER, BY_RESELLER, BY_OPERATOR = "customer", "reseller", "operator"
# a block of the reseller or of the operator, nobody knows which
BY_UNKNOWN = "unknown"
# From the lowest level to the highest.
BLOCKERS = (BY_CUSTOMER, BY_RESELLER, BY_OPERATOR)
_MARKS = {BY_RESELLER: "0", BY_OPERATOR: "1"}
NAMES = (NOTE, MARK)


def notes_of_block(by: str) -> dict[str, str]:
    """Return the properties of an account that one of ``BLOCKERS`` has blocked; none if ``by`` is empty."""
    if by in _MARKS:
        return {NOTE: BY_RESELLER, MARK: _MARKS[by]}
    return {NOTE: by} if by else {}


def blocker_of(properties: Mapping[str, str]) -> str:
    """Return which of ``BLOCKERS`` has blocked an account, by its properties, or ``BY_UNKNOWN``."""
    if mark := properties.get(MARK):
        return BY_RESELLER if mark == _MARKS[BY_RESELLER] else BY_OPERATOR
    return BY_CUSTOMER if properties.get(NOTE) == BY_CUSTOMER else BY_UNKNOWN


def may_lift(level: str, by: str) -> bool:
    """Return whether one of ``BLOCKERS`` may undo a block of another; a level that is none of them may not."""
    by = BY_OPERATOR if by == BY_UNKNOWN else by
    return level in BLOCKERS and BLOCKERS.index(level) >= BLOCKERS.index(by)
