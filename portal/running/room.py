"""The declaration of the pages that need no sign-in: for monitoring, the demo logins, and the components."""

from __future__ import annotations

from portal.core.rooms import EVERYBODY, Page, Room

ROOM = Room(
    "running",
    path="",
    pages=(
        Page("health", "health/", "health", EVERYBODY),
        Page("demo", "demo/", "demo", EVERYBODY),
        Page("design", "design/", "DesignPage", EVERYBODY),
        Page("ready", "ready", "ready", EVERYBODY),
        Page("metrics", "metrics", "metrics", EVERYBODY),
    ),
)
