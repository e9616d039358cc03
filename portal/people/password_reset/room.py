"""The declaration of the people:password_reset room: its pages, who may open them."""

from __future__ import annotations

from portal.core.rooms import EVERYBODY, Page, Room

ROOM = Room(
    "people:password_reset",
    path="session/password/",
    pages=(
        Page("forgotten", "forgotten/", "PasswordForgotten", EVERYBODY),
        Page("open", "link/<str:token>/", "PasswordLink", EVERYBODY),
        Page("new", "new/", "NewPassword", EVERYBODY),
    ),
)
