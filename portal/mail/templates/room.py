"""The declaration of the mail:templates room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import RESELLERS, Menu, Page, Room, Section, WriteMode

ROOM = Room(
    "mail:templates",
    pages=(
        Page("list", RESELLERS),
        Page("page", RESELLERS, writes=WriteMode.BY_POST),
        Page("look", RESELLERS),
        Page("test", RESELLERS, writes=WriteMode.ALWAYS),
        Page("choose", RESELLERS, writes=WriteMode.ALWAYS),
        Page("brand", RESELLERS, writes=WriteMode.BY_POST),
        Page("logo", RESELLERS),
        Page("senders", RESELLERS, writes=WriteMode.BY_POST),
    ),
    menu=(Menu("list", _("Mails"), "mail", section=Section.RECORDS),),
)
