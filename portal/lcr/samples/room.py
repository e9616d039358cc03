"""The declaration of the test numbers room: its pages, its line in the menu, and the name of a set in the journal."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import ALWAYS, RESELLERS, Menu, Needs, Page, Room

ROOM = Room(
    "lcr:samples",
    needs=Needs.ACTIVE_RESELLER,
    pages=(
        Page("list", "", "SampleList", RESELLERS, asks="Sip.getRoutes"),
        Page("add", "add/", "SampleAdd", RESELLERS, asks="Sip.getRoutes", writes=ALWAYS),
        Page("edit", "<int:sample>/edit/", "SampleEdit", RESELLERS, asks="Sip.getRoutes", writes=ALWAYS),
        Page("delete", "<int:sample>/delete/", "SampleDelete", RESELLERS, asks="Sip.getRoutes", writes=ALWAYS),
    ),
    menu=(Menu("list", _("Test numbers"), under="lcr"),),
    journal_kinds={"test-numbers": _("Test numbers")},
)
