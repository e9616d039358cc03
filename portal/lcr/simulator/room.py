"""The declaration of the simulator room: its page and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import RESELLERS, Menu, Needs, Page, Room

ROOM = Room(
    "lcr:simulator",
    pages=(Page("try", RESELLERS, asks="Sip.getRoutes", needs=Needs.ACTIVE_RESELLER),),
    menu=(Menu("try", _("Try a number"), under="lcr"),),
)
