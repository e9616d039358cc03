"""The declaration of the help room: the documentation inside the portal."""

from __future__ import annotations

from portal.core.rooms import SIGNED_IN, Page, Room

ROOM = Room(
    "help",
    pages=(
        Page("index", "", "HelpIndex", SIGNED_IN, own=True),
        Page("page", "<path:document>/", "HelpPage", SIGNED_IN, own=True),
    ),
)
