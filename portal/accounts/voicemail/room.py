"""The declaration of the accounts:voicemail room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import SIGNED_IN, Menu, Page, Room, Section, WriteMode

ROOM = Room(
    "accounts:voicemail",
    path="<key:address>/voicemail/",
    pages=(
        Page("page", SIGNED_IN, asks="Voicemail.getAccount", writes=WriteMode.BY_POST),
        Page("add", SIGNED_IN, asks="Voicemail.addAccount", writes=WriteMode.ALWAYS),
        Page("delete", SIGNED_IN, asks="Voicemail.deleteAccount", writes=WriteMode.ALWAYS),
        Page("greeting", SIGNED_IN, asks="Voicemail.getAccount"),
        Page("add-greeting", SIGNED_IN, asks="Voicemail.setAnnouncement", writes=WriteMode.ALWAYS),
        Page("delete-greeting", SIGNED_IN, asks="Voicemail.setAnnouncement", writes=WriteMode.ALWAYS),
    ),
    menu=(Menu("page", _("Voicemail"), "voicemail", section=Section.OWN_CALLS, tab=True),),
)
