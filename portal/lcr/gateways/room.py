"""The declaration of the lcr:gateways room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import RESELLERS, Menu, Needs, Page, Room, WriteMode

ROOM = Room(
    "lcr:gateways",
    pages=(
        Page("list", RESELLERS, asks="Sip.getGateways", needs=Needs.ACTIVE_RESELLER),
        Page("detail", RESELLERS, asks="Sip.getGateways", needs=Needs.ACTIVE_RESELLER),
        Page("add", RESELLERS, asks="Sip.addGateway", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("edit", RESELLERS, asks="Sip.updateGateway", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("delete", RESELLERS, asks="Sip.deleteGateway", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
    ),
    menu=(Menu("list", _("Gateways"), under="lcr"),),
)
