"""The declaration of the accounts:diversions room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import SIGNED_IN, Menu, Page, Room, Section, WriteMode

ROOM = Room(
    "accounts:diversions",
    path="<key:address>/diversions/",
    pages=(
        Page("page", SIGNED_IN, asks="Sip.getCallDiversions", writes=WriteMode.BY_POST),
        Page("forward-all", SIGNED_IN, asks="Sip.setCallDiversions", writes=WriteMode.ALWAYS),
    ),
    menu=(Menu("page", _("Forwarding"), "forward", section=Section.OWN_CALLS),),
)
