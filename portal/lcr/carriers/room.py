"""The declaration of the lcr:carriers room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import OPERATORS, RESELLERS, FieldRule, Menu, Needs, Page, Room, WriteMode

ROOM = Room(
    "lcr:carriers",
    pages=(
        Page("list", RESELLERS, asks="Sip.getCarriers", needs=Needs.ACTIVE_RESELLER),
        Page("detail", RESELLERS, asks="Sip.getCarriers", needs=Needs.ACTIVE_RESELLER),
        Page("add", RESELLERS, asks="Sip.addCarrier", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("edit", RESELLERS, asks="Sip.updateCarrier", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("delete", RESELLERS, asks="Sip.deleteCarrier", writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
    ),
    menu=(Menu("list", _("Carriers"), under="lcr"),),
    fields={
        "reseller": FieldRule(OPERATORS),
    },
)
