"""Numbers beside lines of the menu, such as how much is wrong with the routing: kept for a while, never asked for here.

A room counts when it is at it anyway; a page only shows what is kept, for one look into the cache.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from django.core.cache import cache

from portal.core.viewer import Viewer

KEEP_SECONDS = 180
KEY = "menu-badges"


def keep(viewer: Viewer, page: str, number: int | None) -> None:
    """Keep the number beside a page for those who see the same; ``None`` where it was too much to count."""
    scopes = {scope: kept for scope, kept in _all(page).items() if kept[1] > time.time()}
    cache.set(f"{KEY}:{page}", {**scopes, viewer.scope: (number, time.time() + KEEP_SECONDS)}, KEEP_SECONDS)


def is_kept(viewer: Viewer, page: str) -> bool:
    """Say whether there is nothing to count for now."""
    return _all(page).get(viewer.scope, (None, 0.0))[1] > time.time()


def number_of(viewer: Viewer, page: str) -> int:
    """Give the number beside a page; 0 where none is kept."""
    number, until = _all(page).get(viewer.scope, (None, 0.0))
    return number or 0 if until > time.time() else 0


def forget(page: str) -> None:
    """Forget a page's numbers, of everybody: something has changed."""
    cache.delete(f"{KEY}:{page}")


def _all(page: str) -> Mapping[str, tuple[int | None, float]]:
    return cache.get(f"{KEY}:{page}") or {}
