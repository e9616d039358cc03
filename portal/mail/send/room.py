"""The declaration of the mail:send room: its pages, who may open them."""

from __future__ import annotations

from portal.core.rooms import RESELLERS, STAFF, Needs, Page, Room, WriteMode

ROOM = Room(
    "mail:send",
    pages=(
        Page("accounts", STAFF, writes=WriteMode.BY_POST),
        Page("customer", RESELLERS, needs=Needs.PASSWORDS, writes=WriteMode.BY_POST),
    ),
)
