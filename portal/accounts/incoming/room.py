"""The declaration of the accounts:incoming room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import SIGNED_IN, Menu, Page, Room, Section, WriteMode

ROOM = Room(
    "accounts:incoming",
    path="<key:address>/incoming/",
    pages=(
        Page("page", SIGNED_IN, asks="Sip.getAcceptRules", writes=WriteMode.BY_POST),
        Page("disturb", SIGNED_IN, asks="Sip.setAcceptRules", writes=WriteMode.ALWAYS),
        Page("reject-add", SIGNED_IN, asks="Sip.setRejectMembers", writes=WriteMode.ALWAYS),
        Page("reject-remove", SIGNED_IN, asks="Sip.setRejectMembers", writes=WriteMode.ALWAYS),
    ),
    menu=(Menu("page", _("Do not disturb"), "moon", section=Section.OWN_CALLS),),
)
