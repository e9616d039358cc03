"""Numbers beside lines of the menu, such as the number of routing problems, cached for three minutes.

This module never calls NGNPro: a room counts while it fetches the records for its own page, and the menu shows the
number at the cost of one cache lookup.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from django.core.cache import cache

from portal.core.viewer import Viewer

KEEP_SECONDS = 180
KEY = "menu-badges"


def keep(viewer: Viewer, page: str, number: int | None) -> None:
    """Store the number beside a page for viewers of the same scope; ``None`` if there was too much to count."""
    scopes = {scope: kept for scope, kept in _all(page).items() if kept[1] > time.time()}
    cache.set(f"{KEY}:{page}", {**scopes, viewer.scope: (number, time.time() + KEEP_SECONDS)}, KEEP_SECONDS)


def is_kept(viewer: Viewer, page: str) -> bool:
    """Return whether the number beside a page is cached, so that it need not be counted now."""
    return _all(page).get(viewer.scope, (None, 0.0))[1] > time.time()


def number_of(viewer: Viewer, page: str) -> int:
    """Return the number beside a page; 0 if none is cached."""
    number, until = _all(page).get(viewer.scope, (None, 0.0))
    return number or 0 if until > time.time() else 0


def forget(page: str) -> None:
    """Delete the cached numbers of a page for all viewers, because something changed."""
    cache.delete(f"{KEY}:{page}")


def _all(page: str) -> Mapping[str, tuple[int | None, float]]:
    return cache.get(f"{KEY}:{page}") or {}
