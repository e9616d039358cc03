"""The declaration of the people:own room: its pages, who may open them."""

from __future__ import annotations

from portal.core.rooms import OPERATORS, Page, Room

ROOM = Room(
    "people:own",
    path="operators/own/",
    pages=(
        Page("page", "", "OwnPage", OPERATORS, own=True),
        Page("password", "password/", "OwnPassword", OPERATORS, own=True),
        Page("email", "email/", "OwnEmail", OPERATORS, own=True),
        Page("app", "app/", "OwnApp", OPERATORS, own=True),
        Page("app-remove", "app/remove/", "AppRemove", OPERATORS, own=True),
        Page("passkey", "passkey/", "OwnPasskey", OPERATORS, own=True),
        Page("passkey-remove", "passkey/<int:passkey>/remove/", "PasskeyRemove", OPERATORS, own=True),
        Page("codes", "codes/", "OwnCodes", OPERATORS, own=True),
    ),
)
