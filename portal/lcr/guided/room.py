"""The declaration of the lcr:guided room: its pages, who may open them."""

from __future__ import annotations

from portal.core.rooms import RESELLERS, Needs, Page, Room, WriteMode

ROOM = Room(
    "lcr:guided",
    pages=(Page("add", RESELLERS, asks="Sip.addRoutes", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),),
)
