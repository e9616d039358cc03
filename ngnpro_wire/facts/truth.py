"""Texts that mean yes in values such as a customer's property ``pstn_access``."""

from __future__ import annotations

YES = frozenset({"1", "true", "yes", "on", "enabled"})


def is_true(text: str) -> bool:
    """Return whether a text means yes, ignoring case; an unknown text means no."""
    return text.strip().lower() in YES
