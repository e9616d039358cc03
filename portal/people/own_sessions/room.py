"""The declaration of the session:places room: its pages, who may open them."""

from __future__ import annotations

from portal.core.rooms import SIGNED_IN, Page, Room

ROOM = Room(
    "session:places",
    pages=(
        Page("list", SIGNED_IN, own=True),
        Page("end", SIGNED_IN, own=True),
        Page("end-others", SIGNED_IN, own=True),
    ),
)
