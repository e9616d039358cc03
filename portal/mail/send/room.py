"""The declaration of the mail:send room: its pages, who may open them."""

from __future__ import annotations

from portal.core.rooms import BY_POST, RESELLERS, STAFF, Needs, Page, Room

ROOM = Room(
    "mail:send",
    pages=(
        Page("accounts", "accounts/", "SendAccounts", STAFF, writes=BY_POST),
        Page("customer", "customer/<int:customer>/", "SendCustomer", RESELLERS, needs=Needs.PASSWORDS, writes=BY_POST),
    ),
)
