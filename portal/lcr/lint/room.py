"""The declaration of the lint room: its page and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import RESELLERS, Menu, Needs, Page, Room

ROOM = Room(
    "lcr:lint",
    needs=Needs.ACTIVE_RESELLER,
    pages=(Page("page", "", "Lint", RESELLERS, asks="Sip.getRoutes"),),
    menu=(Menu("page", _("Check the routing"), under="lcr", counts=True),),
)
