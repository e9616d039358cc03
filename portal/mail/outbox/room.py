"""The declaration of the mail:outbox room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import ALWAYS, OPERATORS, Menu, Needs, Page, Room, Section

ROOM = Room(
    "mail:outbox",
    pages=(
        Page("list", "", "OutboxList", OPERATORS, needs=Needs.FULL_RIGHTS),
        Page(
            "send-again", "<uuid:message>/send-again/", "SendAgain", OPERATORS, writes=ALWAYS, needs=Needs.FULL_RIGHTS
        ),
    ),
    menu=(Menu("list", _("Outbox"), "mail", section=Section.RECORDS),),
    in_api=True,
)
