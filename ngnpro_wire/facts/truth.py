"""What counts as yes in a value that is text, such as a customer's property ``pstn_access``."""

from __future__ import annotations

YES = frozenset({"1", "true", "yes", "on", "enabled"})


def is_true(text: str) -> bool:
    """Read a text as yes or no, in any case of letters. What is not known as yes is no: an odd text grants nothing."""
    return text.strip().lower() in YES
