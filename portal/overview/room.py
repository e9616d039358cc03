"""The declaration of the overview room: its pages and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import SIGNED_IN, STAFF, Menu, Page, Room, Section

ROOM = Room(
    "overview",
    path="",
    help="guides/customers",
    pages=(
        Page("home", "", "OverviewHome", SIGNED_IN),
        Page("wall", "wall/", "WallDisplay", STAFF),
        Page("search", "search/", "GlobalSearch", STAFF),
    ),
    menu=(Menu("home", _("Overview"), "overview", section=Section.START),),
)
