"""The declaration of the lists room: its pages, who may open them."""

from __future__ import annotations

from portal.core.rooms import STAFF, Page, Room

ROOM = Room(
    "lists",
    pages=(
        Page("save", "save/", "SaveView", STAFF, own=True),
        Page("forget", "<int:view>/forget/", "ForgetView", STAFF, own=True),
        Page("columns", "columns/", "KeepColumns", STAFF, own=True),
    ),
)
