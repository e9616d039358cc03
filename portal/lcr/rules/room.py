"""The declaration of the lcr:rules room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import RESELLERS, Menu, Needs, Page, Room, WriteMode

ROOM = Room(
    "lcr:rules",
    pages=(
        Page("list", RESELLERS, asks="Sip.getGatewayRules", needs=Needs.ACTIVE_RESELLER),
        Page("add", RESELLERS, asks="Sip.addGatewayRule", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("edit", RESELLERS, asks="Sip.updateGatewayRule", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("delete", RESELLERS, asks="Sip.deleteGatewayRule", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
    ),
    menu=(Menu("list", _("Gateway rules"), under="lcr"),),
)
