"""The declaration of the domains room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import OPERATORS, RESELLERS, STAFF, FieldRule, Menu, Page, Room, WriteMode

ROOM = Room(
    "domains",
    pages=(
        Page("list", STAFF, asks="Sip.getDomains"),
        Page("add", STAFF, asks="Sip.addDomain", writes=WriteMode.ALWAYS),
        Page("detail", STAFF, asks="Sip.getDomains"),
        Page("edit", STAFF, asks="Sip.updateDomain", writes=WriteMode.ALWAYS),
        Page("delete", STAFF, asks="Sip.deleteDomain", writes=WriteMode.ALWAYS),
        Page("suggest", STAFF, asks="Sip.getDomains"),
        Page("certificates", STAFF, asks="Sip.getDomains"),
    ),
    menu=(Menu("list", _("Domains"), "domain"),),
    fields={
        "reseller": FieldRule(OPERATORS),
        "customer": FieldRule(RESELLERS),
    },
)
