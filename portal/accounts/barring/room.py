"""The declaration of the accounts:barring room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import SIGNED_IN, Menu, Page, Room, Section, WriteMode

ROOM = Room(
    "accounts:barring",
    path="<key:address>/barring/",
    pages=(Page("page", SIGNED_IN, asks="Sip.getBarringPrefixes", writes=WriteMode.BY_POST),),
    menu=(Menu("page", _("Barring"), "block", section=Section.OWN_CALLS),),
)
