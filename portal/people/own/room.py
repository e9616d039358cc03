"""The declaration of the operators:own room: its pages, who may open them."""

from __future__ import annotations

from portal.core.rooms import OPERATORS, Page, Room

ROOM = Room(
    "operators:own",
    pages=(
        Page("page", OPERATORS, own=True),
        Page("password", OPERATORS, own=True),
        Page("email", OPERATORS, own=True),
        Page("app", OPERATORS, own=True),
        Page("app-remove", OPERATORS, own=True),
        Page("passkey", OPERATORS, own=True),
        Page("passkey-remove", OPERATORS, own=True),
        Page("codes", OPERATORS, own=True),
    ),
)
