"""The declaration of the account room: its pages, and who may open them."""

from __future__ import annotations

from portal.core.rooms import RESELLERS, STAFF, Page, Room
from portal.core.viewer import Role

OWNERS = (RESELLERS | STAFF) - {Role.OPERATOR}

ROOM = Room(
    "people:account",
    path="session/account/",
    pages=(
        Page("page", "", "OwnerPage", OWNERS, own=True),
        Page("app", "app/", "AccountApp", OWNERS, own=True),
        Page("app-remove", "app/remove/", "AccountAppRemove", OWNERS, own=True),
        Page("codes", "codes/", "AccountCodes", OWNERS, own=True),
    ),
)
