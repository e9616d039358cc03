"""The declaration of the people:locks room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import ALWAYS, OPERATORS, Menu, Needs, Page, Room, Section

ROOM = Room(
    "people:locks",
    path="operators/locks/",
    needs=Needs.NO_LIMITS,
    pages=(
        Page("list", "", "LockList", OPERATORS),
        Page("release", "release/", "release_sign_in_lock", OPERATORS, writes=ALWAYS),
    ),
    menu=(Menu("list", _("Failed sign-ins"), "clock", section=Section.SETTINGS),),
    for_all_servers=True,
    journal_kinds={
        "lock": _("Lockout after wrong passwords"),
    },
    journal_actions={
        "releaseLock": _("Released"),
    },
)
