"""The declaration of the accounts:passwords room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import SIGNED_IN, Menu, Page, Room, Section, WriteMode

ROOM = Room(
    "accounts:passwords",
    path="<key:address>/passwords/",
    pages=(
        Page("page", SIGNED_IN, asks="Sip.updateAccount", writes=WriteMode.BY_POST),
        Page("show", SIGNED_IN, asks="Sip.getAccount"),
    ),
    menu=(Menu("page", _("Passwords"), "key", section=Section.OWN_PHONES),),
)
