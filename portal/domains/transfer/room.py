"""The declaration of the domains:transfer room: its pages, and who may open them."""

from __future__ import annotations

from portal.core.rooms import STAFF, Page, Room, WriteMode

from .reading import LARGEST

ROOM = Room(
    "domains:transfer",
    pages=(
        Page("export", STAFF, asks="Sip.getDomains"),
        Page("import", STAFF, asks="Sip.addDomain", writes=WriteMode.ALWAYS, upload=LARGEST),
        Page("import-page", STAFF, asks="Sip.addDomain", writes=WriteMode.ALWAYS),
    ),
)
