"""The declaration of the watch room: its page, and who may open it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import ALWAYS, RESELLERS, Page, Room

ROOM = Room(
    "watch",
    path="alarms/",
    help="guides/troubleshooting",
    pages=(Page("close", "<int:alarm>/close/", "close_alarm", RESELLERS, asks="Watch.closeAlarm", writes=ALWAYS),),
    journal_kinds={"alarm": _("Alarm")},
)
