"""The declaration of the test numbers room: its pages, its line in the menu, and the name of a set in the journal."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import RESELLERS, Menu, Needs, Page, Room, WriteMode

ROOM = Room(
    "lcr:samples",
    pages=(
        Page("list", RESELLERS, needs=Needs.ACTIVE_RESELLER),
        Page("add", RESELLERS, writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("edit", RESELLERS, writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
        Page("delete", RESELLERS, writes=WriteMode.ALWAYS, needs=Needs.ACTIVE_RESELLER),
    ),
    menu=(Menu("list", _("Test numbers"), under="lcr"),),
    journal_kinds={"test-numbers": _("Test numbers")},
)
