"""The declaration of the simulator room: its page and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import RESELLERS, Menu, Needs, Page, Room

ROOM = Room(
    "lcr:simulator",
    needs=Needs.ACTIVE_RESELLER,
    pages=(Page("try", "", "Simulator", RESELLERS, asks="Sip.getRoutes"),),
    menu=(Menu("try", _("Try a number"), under="lcr"),),
    in_api=True,
)
