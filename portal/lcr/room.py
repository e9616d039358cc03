"""The declaration of the routing as a whole: one line in the menu, with those of its rooms below it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import Menu, Room

ROOM = Room("lcr", help="routing", menu=(Menu("routes:list", _("Routing"), "route"),))
