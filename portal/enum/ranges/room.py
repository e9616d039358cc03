"""The declaration of the enum:ranges room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import OPERATORS, RESELLERS, STAFF, FieldRule, Menu, Page, Room, WriteMode

ROOM = Room(
    "enum:ranges",
    pages=(
        Page("list", STAFF, asks="Enum.getRanges"),
        Page("detail", STAFF, asks="Enum.getRanges"),
        Page("add", STAFF, asks="Enum.addRange", writes=WriteMode.ALWAYS),
        Page("edit", STAFF, asks="Enum.updateRange", writes=WriteMode.ALWAYS),
        Page("delete", STAFF, asks="Enum.deleteRange", writes=WriteMode.ALWAYS),
    ),
    menu=(Menu("list", _("Number ranges"), "number"),),
    fields={
        "reseller": FieldRule(OPERATORS),
        "customer": FieldRule(RESELLERS),
    },
)
