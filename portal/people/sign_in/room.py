"""The declaration of the session room: its pages, who may open them."""

from __future__ import annotations

from portal.core.rooms import EVERYBODY, OPERATORS, RESELLERS, SIGNED_IN, STAFF, Page, Room

ROOM = Room(
    "people:sign_in",
    path="session/",
    pages=(
        Page("sign-in", "sign-in/", "SignIn", EVERYBODY),
        Page("second-step", "second/", "SecondStep", EVERYBODY),
        Page("sign-out", "sign-out/", "sign_out", EVERYBODY, own=True),
        Page("stay", "stay/", "stay", SIGNED_IN, own=True),
        Page("wall", "wall/", "become_wall", STAFF, own=True),
        Page("tour", "tour/", "tour", SIGNED_IN, own=True),
        Page("theme", "theme/", "choose_theme", EVERYBODY, own=True),
        Page("language", "language/", "language", EVERYBODY, own=True),
        Page("act", "act/", "Act", RESELLERS),
        Page("act-change", "act/change/", "allow_changes", SIGNED_IN, own=True),
        Page("engine", "engine/", "change_engine", OPERATORS),
        Page("act-stop", "act/stop/", "stop_acting", SIGNED_IN, own=True),
    ),
)
