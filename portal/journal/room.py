"""The declaration of the journal room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import ALWAYS, STAFF, Menu, Page, Room, Section

ROOM = Room(
    "journal",
    help="guides/journal",
    pages=(
        Page("list", "", "JournalList", STAFF),
        Page("export", "export/", "JournalExport", STAFF),
        Page("record", "record/<slug:kind>/<key:key>/", "RecordHistory", STAFF),
        Page("detail", "<int:entry>/", "EntryDetail", STAFF),
        Page("undo", "<int:entry>/undo/", "EntryUndo", STAFF, writes=ALWAYS),
    ),
    menu=(Menu("list", _("Journal"), "journal", section=Section.RECORDS),),
    in_api=True,
)
