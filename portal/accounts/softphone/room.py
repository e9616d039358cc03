"""The declaration of the accounts:softphone room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import EVERYBODY, SIGNED_IN, Menu, Page, Room, Section, WriteMode

ROOM = Room(
    "accounts:softphone",
    path="",
    pages=(
        Page("page", SIGNED_IN, asks="Sip.getAccount"),
        Page("code", SIGNED_IN, asks="Sip.getAccount", writes=WriteMode.ALWAYS),
        Page("open", EVERYBODY),
        Page("phone", EVERYBODY),
    ),
    menu=(Menu("page", _("Set up a phone"), "plus", section=Section.OWN_PHONES),),
)
