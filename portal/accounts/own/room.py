"""The declaration of the accounts:own room: its pages and their permissions, and its menu entries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import EVERYBODY, SUBSCRIBERS, Menu, Page, Room, Section

ROOM = Room(
    "accounts:own",
    path="",
    pages=(
        Page("home", SUBSCRIBERS, asks="Sip.getAccount"),
        Page("settings", SUBSCRIBERS, asks="Sip.updateAccount"),
        Page("removal", SUBSCRIBERS, asks="Sip.deleteAccount"),
        Page("removal-open", EVERYBODY),
        Page("removal-confirm", EVERYBODY),
    ),
    menu=(
        Menu("home", _("Home"), "home", section=Section.OWN_START, tab=True),
        Menu("settings", _("Settings"), "settings", section=Section.OWN_PHONES, tab=True),
    ),
)
