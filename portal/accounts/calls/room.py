"""The declaration of the accounts:calls room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import SIGNED_IN, Menu, Needs, Page, Room, Section

ROOM = Room(
    "accounts:calls",
    path="<key:address>/calls/",
    pages=(
        Page("list", SIGNED_IN, asks="Sip.getCalls", needs=Needs.CALL_DATA),
        Page("days", SIGNED_IN, asks="Sip.getCalls", needs=Needs.CALL_DATA),
        Page("export", SIGNED_IN, asks="Sip.getCalls", needs=Needs.CALL_DATA),
        Page("detail", SIGNED_IN, asks="Sip.getCalls", needs=Needs.CALL_DATA),
    ),
    menu=(Menu("list", _("Calls"), "phone", section=Section.OWN_CALLS, tab=True),),
)
