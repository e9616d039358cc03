"""Blocked accounts: their properties say who blocked them, and only the same level or a higher one may unblock them.

``blocked_by`` is ``customer`` or ``reseller`` (contract: account properties), where ``reseller`` stands for every level
above a customer. ``blocked_by_operator`` is ours: it tells the operator's blocks from the reseller's. Other clients
ignore it. A block without a note counts as the reseller's.
"""

from __future__ import annotations

from collections.abc import Mapping

GROUP, NOTE, MARK = "blocked", "blocked_by", "blocked_by_operator"
BY_CUSTOMER, BY_RESELLER, BY_OPERATOR = "customer", "reseller", "operator"
# From the lowest level to the highest.
BLOCKERS = (BY_CUSTOMER, BY_RESELLER, BY_OPERATOR)
NAMES = (NOTE, MARK)


def notes_of_block(by: str) -> dict[str, str]:
    """Return the properties of an account that one of ``BLOCKERS`` has blocked; none if ``by`` is empty."""
    if by == BY_OPERATOR:
        return {NOTE: BY_RESELLER, MARK: "1"}
    return {NOTE: by} if by else {}


def blocker_of(properties: Mapping[str, str]) -> str:
    """Return which of ``BLOCKERS`` has blocked an account, by its properties."""
    if properties.get(MARK):
        return BY_OPERATOR
    return BY_CUSTOMER if properties.get(NOTE) == BY_CUSTOMER else BY_RESELLER


def may_lift(level: str, by: str) -> bool:
    """Return whether one of ``BLOCKERS`` may undo a block of another; a level that is none of them may not."""
    return level in BLOCKERS and BLOCKERS.index(level) >= BLOCKERS.index(by)
