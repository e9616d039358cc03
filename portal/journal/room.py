"""The declaration of the journal room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import STAFF, Menu, Page, Room, Section, WriteMode

ROOM = Room(
    "journal",
    pages=(
        Page("list", STAFF),
        Page("export", STAFF),
        Page("record", STAFF),
        Page("detail", STAFF),
        Page("undo", STAFF, writes=WriteMode.ALWAYS),
    ),
    menu=(Menu("list", _("Journal"), "journal", section=Section.RECORDS),),
)
