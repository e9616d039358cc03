"""The declaration of the accounts:removal room: its pages, who may open them."""

from __future__ import annotations

from portal.core.rooms import EVERYBODY, SUBSCRIBERS, Page, Room

ROOM = Room(
    "accounts:removal",
    path="",
    pages=(
        Page("page", SUBSCRIBERS, asks="Sip.deleteAccount"),
        Page("open", EVERYBODY),
        Page("confirm", EVERYBODY),
    ),
)
