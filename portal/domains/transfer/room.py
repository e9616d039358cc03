"""The declaration of the domains:transfer room: its page, and who may open it."""

from __future__ import annotations

from portal.core.rooms import STAFF, Page, Room

ROOM = Room(
    "domains:transfer",
    help="export-format",
    pages=(Page("export", "<key:domain>/export/", "TransferExport", STAFF, asks="Sip.getDomains"),),
)
