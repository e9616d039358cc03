"""The declaration of the room: one page, for operators who see everything, and its line in the menu."""

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import OPERATORS, Menu, Needs, Page, Room, Section

ROOM = Room(
    "newcomers",
    pages=(Page("list", "", "NewcomerList", OPERATORS, needs=Needs.NO_LIMITS),),
    menu=(Menu("list", _("New accounts"), "account", section=Section.RECORDS),),
)
