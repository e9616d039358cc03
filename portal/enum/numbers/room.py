"""The declaration of the enum:numbers room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import RESELLERS, STAFF, FieldRule, Menu, Page, Room, WriteMode

ROOM = Room(
    "enum:numbers",
    pages=(
        Page("list", STAFF, asks="Enum.getNumbers"),
        Page("detail", STAFF, asks="Enum.getNumber"),
        Page("suggest", STAFF, asks="Sip.getAccounts"),
        Page("pick", STAFF, asks="Sip.getAccounts"),
        Page("move", STAFF, asks="Enum.updateNumber", writes=WriteMode.ALWAYS),
        Page("add", STAFF, asks="Enum.addNumber", writes=WriteMode.ALWAYS),
        Page("edit", STAFF, asks="Enum.updateNumber", writes=WriteMode.ALWAYS),
        Page("delete", STAFF, asks="Enum.deleteNumber", writes=WriteMode.ALWAYS),
    ),
    menu=(Menu("list", _("Numbers"), "number"),),
    fields={
        "owner": FieldRule(RESELLERS),
    },
)
