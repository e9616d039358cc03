"""The declaration of the lcr:peers room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import RESELLERS, FieldRule, Menu, Needs, Page, Room, WriteMode

ROOM = Room(
    "lcr:peers",
    pages=(
        Page("list", RESELLERS, asks="Sip.getTrustedPeers", needs=Needs.ACTIVE_RESELLER),
        Page("detail", RESELLERS, asks="Sip.getTrustedPeers", needs=Needs.ACTIVE_RESELLER),
        Page("add", RESELLERS, asks="Sip.addTrustedPeer", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("edit", RESELLERS, asks="Sip.updateTrustedPeer", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("delete", RESELLERS, asks="Sip.deleteTrustedPeer", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
    ),
    menu=(Menu("list", _("Trusted peers"), under="lcr"),),
    fields={
        "customer": FieldRule(RESELLERS),
    },
)
