"""Who may open which page: the one place that decides. What is not listed here is closed to everybody."""

from __future__ import annotations

from collections.abc import Mapping

from portal.core.auth import Role, Viewer

EVERYBODY = frozenset(Role)
OPERATORS = frozenset({Role.OPERATOR})

PAGES: Mapping[str, frozenset[Role]] = {
    "session:sign-in": EVERYBODY,
    "session:sign-out": EVERYBODY,
    "session:theme": EVERYBODY,
    "health": EVERYBODY,
    "overview:home": OPERATORS,
    "overview:search": OPERATORS,
    "domains:list": OPERATORS,
    "domains:add": OPERATORS,
    "domains:detail": OPERATORS,
    "domains:edit": OPERATORS,
    "domains:delete": OPERATORS,
    "domains:suggest": OPERATORS,
    "accounts:list": OPERATORS,
    "accounts:add": OPERATORS,
    "accounts:added": OPERATORS,
    "accounts:detail": OPERATORS,
    "accounts:edit": OPERATORS,
    "accounts:delete": OPERATORS,
    "mail:folder": OPERATORS,
    "mail:message": OPERATORS,
}


def may_open(viewer: Viewer, page: str) -> bool:
    """Say whether this viewer may open the page with this URL name, e.g. ``"domains:edit"``."""
    return viewer.role in PAGES.get(page, frozenset())


def is_open_to_all(page: str) -> bool:
    """Say whether the page needs no sign-in."""
    return PAGES.get(page) == EVERYBODY
