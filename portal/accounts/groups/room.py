"""The declaration of the accounts:groups room: its pages, who may open them."""

from __future__ import annotations

from portal.core.rooms import STAFF, Page, Room, WriteMode

ROOM = Room(
    "accounts:groups",
    path="<key:address>/groups/",
    pages=(
        Page("page", STAFF, asks="Sip.getAccount", writes=WriteMode.BY_POST),
        Page("edit-block", STAFF, asks="Sip.addToGroup", writes=WriteMode.ALWAYS),
        Page("edit-unblock", STAFF, asks="Sip.removeFromGroup", writes=WriteMode.ALWAYS),
    ),
)
