"""The declaration of the accounts:devices room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import SIGNED_IN, Menu, Page, Room, Section

ROOM = Room(
    "accounts:devices",
    path="<key:address>/devices/",
    pages=(Page("list", SIGNED_IN, asks="Sip.getSipDeviceLocations"),),
    menu=(Menu("list", _("Phones"), "device", section=Section.OWN_PHONES),),
)
