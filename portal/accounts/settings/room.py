"""The declaration of the accounts:settings room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import SUBSCRIBERS, Menu, Page, Room, Section

ROOM = Room(
    "accounts:settings",
    path="<key:address>/settings/",
    pages=(Page("page", SUBSCRIBERS, asks="Sip.updateAccount"),),
    menu=(Menu("page", _("Settings"), "settings", section=Section.OWN_PHONES, tab=True),),
)
