"""The declaration of the mail:letters room: its pages, who may open them."""

from __future__ import annotations

from portal.core.rooms import STAFF, Page, Room

ROOM = Room(
    "mail:letters",
    help="mail#letters",
    pages=(
        Page("page", "", "LettersPage", STAFF),
        Page("pdf", "pdf/", "LettersPdf", STAFF),
    ),
)
