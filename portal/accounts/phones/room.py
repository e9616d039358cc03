"""The declaration of the accounts:phones room: its pages and their permissions, and its menu entries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import EVERYBODY, SIGNED_IN, Menu, Page, Room, Section, WriteMode

ROOM = Room(
    "accounts:phones",
    path="",
    pages=(
        Page("list", SIGNED_IN, asks="Sip.getSipDeviceLocations"),
        Page("set-up", SIGNED_IN, asks="Sip.getAccount"),
        Page("set-up-code", SIGNED_IN, asks="Sip.getAccount", writes=WriteMode.ALWAYS),
        Page("set-up-open", EVERYBODY),
        Page("set-up-here", EVERYBODY),
        Page("passwords", SIGNED_IN, asks="Sip.updateAccount", writes=WriteMode.BY_POST),
        Page("passwords-show", SIGNED_IN, asks="Sip.getAccount"),
    ),
    menu=(
        Menu("list", _("Phones"), "device", section=Section.OWN_PHONES),
        Menu("set-up", _("Set up a phone"), "plus", section=Section.OWN_PHONES),
        Menu("passwords", _("Passwords"), "key", section=Section.OWN_PHONES),
    ),
)
