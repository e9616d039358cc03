"""The declaration of the accounts:calling room: its page."""

from __future__ import annotations

from portal.core.rooms import STAFF, Page, Room

ROOM = Room(
    "accounts:calling",
    path="<key:address>/",
    help="accounts#trying-a-call",
    pages=(Page("try", "calling/", "TryCall", STAFF, asks="Sip.getAccount"),),
)
