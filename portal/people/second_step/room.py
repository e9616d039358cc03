"""The declaration of the session:second room: its pages, who may open them."""

from __future__ import annotations

from portal.core.rooms import EVERYBODY, Page, Room

ROOM = Room(
    "session:second",
    pages=(Page("step", "", "SecondStep", EVERYBODY),),
)
