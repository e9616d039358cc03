"""The declaration of the operators room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import OPERATORS, Menu, Needs, Page, Room, Section, WriteMode

ROOM = Room(
    "operators",
    pages=(
        Page("list", OPERATORS, needs=Needs.FULL_RIGHTS),
        Page("add", OPERATORS, writes=WriteMode.ALWAYS, needs=Needs.FULL_RIGHTS),
        Page("added", OPERATORS, needs=Needs.FULL_RIGHTS),
        Page("edit", OPERATORS, writes=WriteMode.ALWAYS, needs=Needs.FULL_RIGHTS),
        Page("renew", OPERATORS, writes=WriteMode.ALWAYS, needs=Needs.FULL_RIGHTS),
        Page("reset", OPERATORS, writes=WriteMode.ALWAYS, needs=Needs.FULL_RIGHTS),
        Page("delete", OPERATORS, writes=WriteMode.ALWAYS, needs=Needs.FULL_RIGHTS),
    ),
    menu=(Menu("list", _("Operators"), "account", section=Section.SETTINGS),),
    journal_kinds={
        "operator": _("Operator"),
    },
)
