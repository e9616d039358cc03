"""The declaration of the lcr:routes room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import RESELLERS, Menu, Needs, Page, Room, WriteMode

ROOM = Room(
    "lcr:routes",
    pages=(
        Page("list", RESELLERS, asks="Sip.getRoutes", needs=Needs.ACTIVE_RESELLER),
        Page("add", RESELLERS, asks="Sip.addRoutes", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("edit", RESELLERS, asks="Sip.updateRoutes", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("delete", RESELLERS, asks="Sip.deleteRoutes", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
    ),
    menu=(Menu("list", _("Routes"), under="lcr"),),
)
