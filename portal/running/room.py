"""The declaration of the pages for monitoring, which need no sign-in."""

from __future__ import annotations

from portal.core.rooms import EVERYBODY, Page, Room

ROOM = Room(
    "running",
    path="",
    pages=(
        Page("health", "health/", "health", EVERYBODY),
        Page("demo", "demo/", "demo", EVERYBODY),
        Page("ready", "ready", "ready", EVERYBODY),
        Page("metrics", "metrics", "metrics", EVERYBODY),
    ),
)
