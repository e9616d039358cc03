"""The declaration of the session:password room: its pages, who may open them."""

from __future__ import annotations

from portal.core.rooms import EVERYBODY, Page, Room

ROOM = Room(
    "session:password",
    pages=(
        Page("forgotten", EVERYBODY),
        Page("open", EVERYBODY),
        Page("new", EVERYBODY),
    ),
)
