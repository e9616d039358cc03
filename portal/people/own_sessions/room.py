"""The declaration of the people:own_sessions room: its pages, who may open them."""

from __future__ import annotations

from portal.core.rooms import SIGNED_IN, Page, Room

ROOM = Room(
    "people:own_sessions",
    path="session/places/",
    pages=(
        Page("list", "", "OwnSessions", SIGNED_IN, own=True),
        Page("end", "<int:session>/end/", "end_own_session", SIGNED_IN, own=True),
        Page("end-others", "end/", "end_other_sessions", SIGNED_IN, own=True),
    ),
)
