"""The declaration of the aliases room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import RESELLERS, STAFF, FieldRule, Menu, Page, Room, WriteMode

ROOM = Room(
    "aliases",
    pages=(
        Page("list", STAFF, asks="Sip.getAliases"),
        Page("add", STAFF, asks="Sip.addAlias", writes=WriteMode.ALWAYS),
        Page("edit", STAFF, asks="Sip.updateAlias", writes=WriteMode.ALWAYS),
        Page("delete", STAFF, asks="Sip.deleteAlias", writes=WriteMode.ALWAYS),
    ),
    menu=(Menu("list", _("Aliases"), "alias"),),
    fields={
        "owner": FieldRule(RESELLERS),
    },
)
