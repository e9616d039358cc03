"""The declaration of the account room: its pages, and who may open them."""

from __future__ import annotations

from portal.core.rooms import ALWAYS, RESELLERS, STAFF, Page, Room
from portal.core.viewer import Role

OWNERS = (RESELLERS | STAFF) - {Role.OPERATOR}

ROOM = Room(
    "people:account",
    path="session/account/",
    pages=(
        Page("page", "", "OwnerPage", OWNERS, own=True),
        Page("app", "app/", "AccountApp", OWNERS, own=True),
        Page("app-remove", "app/remove/", "AccountAppRemove", OWNERS, own=True),
        Page("passkey", "passkey/", "AccountPasskey", OWNERS, own=True),
        Page("passkey-remove", "passkey/<int:passkey>/remove/", "AccountPasskeyRemove", OWNERS, own=True),
        Page("codes", "codes/", "AccountCodes", OWNERS, own=True),
        Page(
            "duty",
            "second-factors/<int:customer>/",
            "FactorDutyEdit",
            RESELLERS,
            asks="Customer.getAccount",
            writes=ALWAYS,
        ),
    ),
)
