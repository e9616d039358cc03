"""The declaration of the accounts:home room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import SUBSCRIBERS, Menu, Page, Room, Section

ROOM = Room(
    "accounts:home",
    path="<key:address>/home/",
    pages=(Page("page", SUBSCRIBERS, asks="Sip.getAccount"),),
    menu=(Menu("page", _("Home"), "home", section=Section.OWN_START, tab=True),),
)
