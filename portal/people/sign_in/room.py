"""The declaration of the session room: its pages, who may open them."""

from __future__ import annotations

from portal.core.rooms import EVERYBODY, OPERATORS, RESELLERS, SIGNED_IN, Page, Room

ROOM = Room(
    "session",
    pages=(
        Page("sign-in", EVERYBODY),
        Page("sign-out", EVERYBODY, own=True),
        Page("theme", EVERYBODY, own=True),
        Page("act", RESELLERS),
        Page("act-change", SIGNED_IN, own=True),
        Page("engine", OPERATORS),
        Page("act-stop", SIGNED_IN, own=True),
    ),
)
